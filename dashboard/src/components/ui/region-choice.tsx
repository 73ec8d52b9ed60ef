/** Which region a page is of, where the company has something in several. A light part, as `ChoiceLinks`. */
import { ChoiceLinks } from '~/components/ui/choice-links';

/** The first of them is home. `undefined` where there is nothing to choose. */
export function regionChoice(path: string, regions: readonly string[], shown: string | undefined) {
  const [home] = regions;
  if (regions.length < 2) return undefined;
  return (
    <ChoiceLinks
      label="Region"
      class="flex-wrap border-b border-line px-3 py-2 sm:px-4"
      choices={regions.map((name) => ({ label: name, href: name === home ? path : `${path}?region=${name}`, chosen: name === (shown ?? home) }))}
    />
  );
}
