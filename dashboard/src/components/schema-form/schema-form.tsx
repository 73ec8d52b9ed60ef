/**
 * The fields of a JSON Schema. The page is the truth: nothing is kept of what is typed, `readSchemaForm` reads it when it
 * is wanted, so that what is typed before the page is awake counts too. To fill it anew, give it another `key`.
 */
import { $, component$, type QRL, type Signal, useId, useSignal, useStore } from '@builder.io/qwik';
import { isJsonObject, type Json } from '#contracts/json';
import { Icon } from '~/components/ui/icon';
import { type Field, formOf } from './field';
import { readSchemaForm } from './form-inputs';
import { KEY, type Reading, within } from './read-form';

interface Props {
  /** JSON Schema of an object. */
  schema: Json | undefined;
  /** What it is filled with. */
  value?: Json;
  /** Settings of a step: any field may hold a template, and labels are the names as they are written. */
  templates?: boolean;
  /** The element that holds the fields, for `readSchemaForm`. */
  root?: Signal<HTMLElement | undefined>;
  /** What was found wrong, by path, as `readSchemaForm` gives it. */
  errors?: Reading['errors'];
  /** After every change. */
  change$?: QRL<(reading: Reading) => unknown>;
}

export const SchemaForm = component$<Props>((props) => {
  const id = useId();
  const own = useSignal<HTMLElement>();
  const root = props.root ?? own;
  const templates = props.templates === true;
  const form = formOf(props.schema, templates);
  /** Ids of the items of lists and maps that were changed; those of the others are 0, 1, 2 as they were given. */
  const items = useStore<{ [path: string]: number[] }>({});

  const changed = $(() => {
    if (!props.change$ || !root.value) return;
    return props.change$(readSchemaForm(root.value, props.schema, props.value, { templates }));
  });
  const act = $(async (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-add], [data-remove]');
    const list = button?.closest<HTMLElement>('[data-list]');
    if (!button || !list) return;
    const path = list.dataset.list!;
    const known = items[path] ?? Array.from({ length: Number(list.dataset.given) }, (_, index) => index);
    if (button.dataset.remove !== undefined) items[path] = known.filter((one) => String(one) !== button.dataset.remove);
    // Ids are never used twice: a new item gets none of what stood in one that is gone.
    else items[path] = [...known, Math.max(Number(list.dataset.given), Number(list.dataset.next ?? 0), ...known.map((one) => one + 1))];
    if (button.dataset.remove === undefined) list.dataset.next = String(items[path].at(-1)! + 1);
    await new Promise(requestAnimationFrame);
    if (button.dataset.remove === undefined) list.querySelector<HTMLElement>('[data-items] > :last-child [data-path]')?.focus();
    await changed();
  });
  const draw: Drawer = { id, items, templates, errors: props.errors ?? {} };
  return (
    <div ref={root} class="grid max-w-[720px] grid-cols-[minmax(0,1fr)] gap-3" onClick$={act} onInput$={changed} onChange$={changed}>
      {form.kind === 'group'
        ? form.fields.map(({ name, field }) => fieldView(field, valueAt(props.value, name), within('', name), draw))
        : fieldView(form, props.value, '', draw)}
    </div>
  );
});

interface Drawer {
  id: string;
  items: { [path: string]: number[] };
  templates: boolean;
  errors: Reading['errors'];
}

function fieldView(field: Field, value: Json | undefined, path: string, draw: Drawer) {
  switch (field.kind) {
    case 'group':
      return groupView(field, value, path, draw);
    case 'list':
    case 'map':
      return listView(field, value, path, draw);
    default:
      return plainView(field, value, path, draw);
  }
}

function groupView(field: Field & { kind: 'group' }, value: Json | undefined, path: string, draw: Drawer) {
  const inside = (
    <div class="mt-2 grid gap-3 border-l border-line pl-3">
      {field.fields.map(({ name, field: one }) => fieldView(one, valueAt(value, name), within(path, name), draw))}
    </div>
  );
  if (field.required) {
    return (
      <fieldset key={keyOf(path)} class="m-0 min-w-0 border-0 p-0">
        <legend class={labelClass(draw)}>{field.label}</legend>
        {hintView(field, path, draw)}
        {inside}
      </fieldset>
    );
  }
  return (
    <details key={keyOf(path)} open={value !== undefined}>
      <summary class={`cursor-pointer ${labelClass(draw)}`}>{field.label}</summary>
      {hintView(field, path, draw)}
      {inside}
    </details>
  );
}

function listView(field: Field & { kind: 'list' | 'map' }, value: Json | undefined, path: string, draw: Drawer) {
  const entries: [string | undefined, Json][] = Array.isArray(value) ? value.map((one) => [undefined, one]) : isJsonObject(value) ? Object.entries(value) : [];
  const ids = draw.items[path] ?? entries.map((_, index) => index);
  const what = field.label === '' ? 'item' : field.label;
  return (
    <fieldset key={keyOf(path)} class="m-0 min-w-0 border-0 p-0" data-list={path} data-given={entries.length}>
      <legend class={labelClass(draw)}>
        {field.label}
        {field.required && <Needed />}
      </legend>
      {hintView(field, path, draw)}
      <div class="grid gap-2" data-items={path}>
        {ids.map((id, index) => {
          const here = within(path, String(id));
          const entry = entries[id];
          const plain = field.item.kind !== 'group' && field.item.kind !== 'list' && field.item.kind !== 'map';
          return (
            <div key={keyOf(here)} data-item={id} class="flex items-start gap-2">
              {field.kind === 'map' && (
                <input
                  class="field mono w-[40%] flex-none text-12"
                  data-path={within(here, KEY)}
                  aria-label={`Name of ${what} ${index + 1}`}
                  placeholder="name"
                  autoComplete="off"
                  value={entry?.[0]}
                />
              )}
              <div class="min-w-0 grow">
                {plain ? control(field.item as PlainField, entry?.[1], here, draw, `${what} ${index + 1}`) : fieldView(field.item, entry?.[1], here, draw)}
                {errorView(here, draw)}
              </div>
              <button type="button" class="btn btn-quiet btn-icon flex-none" data-remove={id} aria-label={`Remove ${what} ${index + 1}`}>
                <Icon name="close" />
              </button>
            </div>
          );
        })}
      </div>
      <button type="button" class="btn btn-small mt-2" data-add aria-label={`Add to ${what}`}>
        Add
      </button>
      {errorView(path, draw)}
    </fieldset>
  );
}

type PlainField = Exclude<Field, { kind: 'group' | 'list' | 'map' }>;

function plainView(field: PlainField, value: Json | undefined, path: string, draw: Drawer) {
  const id = `${draw.id}${path}`;
  const flag = field.kind === 'flag' && typeof value !== 'string';
  return (
    <div key={keyOf(path)}>
      <div class={flag ? 'flex items-center gap-2' : ''}>
        {flag && control(field, value, path, draw)}
        <label for={id} class={labelClass(draw)}>
          {field.label}
        </label>
        {field.required && !flag && <Needed />}
      </div>
      {!flag && <div class="mt-1">{control(field, value, path, draw)}</div>}
      {hintView(field, path, draw)}
      {errorView(path, draw)}
    </div>
  );
}

function control(field: PlainField, value: Json | undefined, path: string, draw: Drawer, label?: string) {
  const error = draw.errors[path];
  const common = {
    id: `${draw.id}${path}`,
    'data-path': path,
    'aria-label': label,
    'aria-required': field.required && field.kind !== 'flag' ? ('true' as const) : undefined,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    'aria-describedby': error === undefined ? undefined : `${draw.id}${path}:error`,
  };
  const shown = value === undefined ? '' : typeof value === 'string' && field.kind !== 'json' ? value : JSON.stringify(value, null, 2);
  const free = draw.templates && typeof value === 'string' && /\{\{|\$\{/.test(value);
  if (field.kind === 'flag' && !free && typeof value !== 'string')
    return <input {...common} type="checkbox" checked={value === undefined ? field.fallback === true : value === true} />;
  if (field.kind === 'choice' && !free) {
    return (
      <select {...common} class="field block w-full">
        {(!field.required || value === undefined) && (
          <option value="">{field.fallback === undefined ? (field.required ? 'Choose' : '') : `${JSON.stringify(field.fallback)} (default)`}</option>
        )}
        {field.choices.map((choice) => (
          <option
            key={choice.label}
            value={choice.label}
            title={choice.hint}
            selected={value !== undefined && JSON.stringify(choice.value) === JSON.stringify(value)}
          >
            {choice.label}
          </option>
        ))}
      </select>
    );
  }
  const hint = field.fallback === undefined ? undefined : typeof field.fallback === 'string' ? field.fallback : JSON.stringify(field.fallback);
  const text = free && typeof value === 'string' ? value : shown;
  const tall = field.kind === 'json' || (field.kind === 'text' && (field.type === 'long' || (draw.templates && field.type === 'text')));
  if (tall) {
    return (
      <textarea
        {...common}
        class="field schema-text mono block w-full text-12"
        rows={field.kind === 'text' && field.type !== 'long' ? 1 : 3}
        spellcheck={false}
        placeholder={hint}
        value={text}
      />
    );
  }
  const type = field.kind === 'text' && field.type !== 'long' ? field.type : 'text';
  return (
    <input
      {...common}
      class={`field block w-full ${draw.templates ? 'mono text-12' : ''}`}
      type={type}
      inputMode={field.kind === 'number' ? 'decimal' : undefined}
      autoComplete={type === 'password' ? 'new-password' : 'off'}
      placeholder={hint}
      value={text}
    />
  );
}

function Needed() {
  return (
    <span class="ml-1 text-12 text-text-3" title="Needed" aria-hidden="true">
      *
    </span>
  );
}

/** Without a space: a key that has one is not known again in the browser. */
function keyOf(path: string): string {
  return encodeURIComponent(path);
}

function labelClass({ templates }: Drawer): string {
  return templates ? 'mono text-12 text-text-2' : 'inline-block text-12 text-text-2 first-letter:uppercase';
}

function hintView({ hint }: Field, path: string, _: Drawer) {
  return hint ? (
    <p key={`${keyOf(path)}:hint`} class="mt-0.5 mb-1 text-12 text-text-3">
      {hint}
    </p>
  ) : null;
}

function errorView(path: string, { id, errors }: Drawer) {
  return errors[path] === undefined ? null : (
    <p id={`${id}${path}:error`} class="mt-0.5 text-12 text-bad" role="alert">
      {errors[path]}
    </p>
  );
}

function valueAt(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
