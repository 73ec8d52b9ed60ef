/** A labelled field of a form about an account, as browsers and password managers know it. */
interface Props {
  label: string;
  name: string;
  type?: 'text' | 'email' | 'password';
  value?: string;
  autoComplete: 'organization' | 'username' | 'email' | 'name' | 'current-password' | 'new-password' | 'one-time-code' | 'off';
  help?: string;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  title?: string;
  optional?: boolean;
  focus?: boolean;
  readOnly?: boolean;
  mono?: boolean;
}

export const Entry = ({ label, name, type = 'text', value, autoComplete, help, optional, focus, mono, ...rest }: Props) => (
  <div class="mb-4">
    <label class="mb-1 block text-13 font-medium" for={name}>
      {label}
    </label>
    <input
      id={name}
      name={name}
      type={type}
      class={['field block w-full', mono && 'mono']}
      style={{ height: '36px' }}
      value={value}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellcheck={false}
      required={!optional}
      autoFocus={focus}
      aria-describedby={help ? `${name}-help` : undefined}
      {...rest}
    />
    {help && (
      <p id={`${name}-help`} class="mt-1 text-12 text-text-3">
        {help}
      </p>
    )}
  </div>
);

export const PASSWORD_HELP = 'At least 10 characters. A few words that belong together nowhere else make a good one.';
