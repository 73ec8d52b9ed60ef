/** Where a role holds: the company, an organization, a project. */
import { Choice } from '~/components/ui/choice';
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
    <Choice name={name} value={value} options={options.map(({ value: place, label: words }) => [place, words] as const)} />
  </label>
);
