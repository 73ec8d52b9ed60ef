/** Which environment a list is of, where there are several. A light part, as `ChoiceLinks`. */
import { ChoiceLinks } from '~/components/ui/choice-links';
import { PRODUCTION } from '~/lib/environment';

/** `undefined` where there is nothing to choose. */
export function environmentChoice(path: string, environments: readonly string[], shown: string) {
  if (environments.length < 2) return undefined;
  return (
    <ChoiceLinks
      label="Environment"
      class="flex-wrap border-b border-line px-3 pb-2 sm:px-4"
      choices={environments.map((name) => ({
        label: name,
        href: name === PRODUCTION ? path : `${path}?environment=${encodeURIComponent(name)}`,
        chosen: name === shown,
      }))}
    />
  );
}
