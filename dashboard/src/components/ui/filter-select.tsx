/** A choice in a form of filters; the form is sent when it changes. What is chosen is offered even where nothing has it. */
import { sendFilters } from '~/lib/filter-form';
import { keyFor } from '~/lib/keys';

interface Props {
  name: string;
  label: string;
  /** Words for no choice. */
  all: string;
  value?: string;
  options: readonly (readonly [value: string, words: string])[];
}

export const FilterSelect = ({ name, label, all, value, options }: Props) => {
  const isKnown = !value || options.some(([option]) => option === value);
  return (
    <select
      name={name}
      class="field max-w-[220px] flex-none"
      data-set={value ? 'true' : undefined}
      aria-label={label}
      onChange$={(_, field) => sendFilters(field)}
    >
      <option value="" selected={!value}>
        {all}
      </option>
      {(isKnown ? options : [...options, [value, value] as const]).map(([option, words]) => (
        <option key={keyFor(option)} value={option} selected={option === value}>
          {words}
        </option>
      ))}
    </select>
  );
};
