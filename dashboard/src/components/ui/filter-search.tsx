/** The text field of a form of filters, named `q`; the key `/` leads to it. */
import { Icon } from '~/components/ui/icon';

interface Props {
  placeholder: string;
  /** What is searched, for whoever does not see the placeholder. */
  label: string;
  value: string | undefined;
}

export const FilterSearch = ({ placeholder, label, value }: Props) => (
  <div class="relative min-w-0 grow basis-full sm:max-w-[280px] sm:basis-auto">
    <Icon name="search" size={14} class="pointer-events-none absolute top-2.5 left-2.5 text-text-3" />
    <input
      id="q"
      name="q"
      type="search"
      class="field w-full"
      style={{ paddingLeft: '30px', paddingRight: '30px' }}
      placeholder={placeholder}
      value={value ?? ''}
      aria-label={label}
    />
    <kbd class="kbd pointer-events-none absolute top-1.5 right-1.5 max-sm:hidden">/</kbd>
  </div>
);
