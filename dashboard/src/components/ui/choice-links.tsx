/** One of a few lists, each at its own address. A light part, as `FilterSelect`. */
import { keyFor } from '~/lib/keys';

interface Choice {
  label: string;
  href: string;
  chosen: boolean;
}

export const ChoiceLinks = ({
  label,
  choices,
  class: place,
}: {
  /** What is chosen, for whoever does not see it. */ label: string;
  choices: Choice[];
  class?: string;
}) => (
  <nav class={['flex gap-1 text-13', place]} aria-label={label}>
    {choices.map(({ label, href, chosen }) => (
      <a key={keyFor(label)} class={['btn btn-small', !chosen && 'btn-quiet']} href={href} aria-current={chosen ? 'page' : undefined}>
        {label}
      </a>
    ))}
  </nav>
);
