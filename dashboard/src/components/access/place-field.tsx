/** Where a role holds: the company, an organization, a project. */
import type { PlaceOption } from '~/lib/places';

interface Props {
  options: PlaceOption[];
  value: string;
  label?: string;
  name?: string;
}

export const PlaceField = ({ options, value, label = 'Where', name = 'place' }: Props) => (
  <label class="mb-3 block text-12 text-text-3">
    {label}
    <select name={name} class="field mt-1 block w-full">
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
  </label>
);
