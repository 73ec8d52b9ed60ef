/** A text field of a form of filters, beside `FilterSearch`. A light part, as `FilterSelect`. */
interface Props {
  name: string;
  label: string;
  placeholder: string;
  hint?: string;
  value: string | undefined;
  /** Of the field, where there is room. */
  class: string;
}

export const FilterText = ({ name, label, placeholder, hint, value, class: size }: Props) => (
  <input
    name={name}
    class={['field min-w-0', size]}
    data-set={value ? 'true' : undefined}
    placeholder={placeholder}
    title={hint}
    aria-label={label}
    value={value ?? ''}
    spellcheck={false}
    autoComplete="off"
  />
);

/** Search attributes, several of them in one field; on a phone only where some are given, unless it `stays`. */
export const FilterAttributes = ({ value, stays }: { value: string | undefined; stays?: boolean }) => (
  <FilterText
    name="attributes"
    label="Search attributes"
    placeholder="Attribute, as customer_id=7"
    hint="Search attributes that a pipeline declares, separated by commas: customer_id=7, plan=pro"
    value={value}
    class={stays ? 'max-sm:w-full sm:w-[200px]' : `sm:w-[200px]${value ? '' : ' max-sm:hidden'}`}
  />
);
