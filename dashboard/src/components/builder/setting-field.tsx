/** One setting: chosen from a few words, or typed. `''` is the choice of nothing; what is written is offered even where it is no such word. */
import { component$, useId } from '@builder.io/qwik';
import type { Setting } from '~/builder/document/triggers';

interface Props {
  setting: Setting;
  value: string;
  required?: boolean;
  /** Words for the choice of nothing; without them something is always chosen. */
  none?: string;
}

export const SettingField = component$<Props>(({ setting: { key, label, hint, choices, type }, value, required, none }) => {
  const id = useId();
  return (
    <div>
      <label for={id} class="block text-12 text-text-3">
        {label}
      </label>
      {choices ? (
        <select id={id} class="field mt-1 block w-full" name={key}>
          {none !== undefined && (
            <option value="" selected={value === ''}>
              {none}
            </option>
          )}
          {(value === '' || choices.includes(value) ? choices : [...choices, value]).map((one) => (
            <option key={one} value={one} selected={one === value}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          class={['field mt-1 block w-full', type !== 'words' && 'mono text-12']}
          type={type === 'number' ? 'number' : 'text'}
          min={type === 'number' ? '1' : undefined}
          name={key}
          placeholder={hint}
          value={value}
          required={required}
          autoComplete="off"
        />
      )}
    </div>
  );
});
