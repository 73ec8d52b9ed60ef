/**
 * A JSON value, collapsed beyond two levels. One listener for all lines; only open parts are walked and drawn, and
 * never more than `MOST_LINES` at once, so that a large value does not hold the page up.
 */
import { $, component$, useComputed$, useSignal, useStore } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import { Icon } from '~/components/ui/icon';
import { JSON_VIEW, type JsonLine, type JsonViewState, jsonLines, valueAt } from '~/lib/json-lines';
import { formatBytes, formatCount } from '~/lib/time';

const MOST_LINES = 2000;

export const JsonView = component$<{ value: Json; label: string }>((props) => {
  const state = useStore<JsonViewState>({ open: {}, shown: {} }, { deep: true });
  const lines = useComputed$(() => jsonLines(props.value, { open: { ...state.open }, shown: { ...state.shown } }));
  const current = useSignal<string>();
  const act = $(async (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-act]');
    if (!button) {
      // Where nothing hovers, a tap on a line shows its tools.
      current.value = (event.target as Element).closest<HTMLElement>('[data-line]')?.dataset.line;
      return;
    }
    const path = button.dataset.path ?? '';
    const now = lines.value.find((line) => line.path === path && line.more === undefined);
    if (button.dataset.act === 'toggle' && now) state.open[path] = !now.open;
    else if (button.dataset.act === 'more') state.shown[path] = (state.shown[path] ?? JSON_VIEW.chunk) + 5 * JSON_VIEW.chunk;
    else {
      const value = button.dataset.act === 'path' ? path : textOf(valueAt(props.value, path));
      await navigator.clipboard.writeText(value);
      button.dataset.copied = '';
      setTimeout(() => delete button.dataset.copied, 1200);
    }
  });
  return (
    <fieldset class="json m-0 min-w-0 border-0 p-0" aria-label={props.label} onClick$={act}>
      {lines.value.slice(0, MOST_LINES).map((line) => lineOf(line, line.path === current.value))}
      {lines.value.length > MOST_LINES && (
        <p class="py-1 pl-4 text-text-3">{formatCount(lines.value.length - MOST_LINES)} more lines. Close parts above to see them.</p>
      )}
    </fieldset>
  );
});

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2);
}

function lineOf(line: JsonLine, current: boolean) {
  const style = { '--depth': String(line.depth) };
  if (line.more !== undefined) {
    return (
      <div key={`${line.path}+`} class="json-line" style={style} data-depth={line.depth}>
        <button type="button" class="link ml-4 text-12" data-act="more" data-path={line.path}>
          Show more ({formatCount(line.more)} left)
        </button>
      </div>
    );
  }
  const name = line.path === '' ? 'the whole value' : line.path;
  return (
    <div key={line.path} class="json-line" style={style} data-depth={line.depth} data-line={line.path} data-current={current ? 'true' : undefined}>
      {line.expandable ? (
        <button
          type="button"
          class="json-toggle"
          aria-expanded={line.open ? 'true' : 'false'}
          aria-label={`${line.open ? 'Close' : 'Open'} ${name}`}
          data-act="toggle"
          data-path={line.path}
        >
          <Icon name="chevron" size={12} />
        </button>
      ) : (
        <span class="w-4 flex-none" />
      )}
      {line.key !== undefined && (
        <span class="flex-none">
          <span class={typeof line.key === 'number' ? 'json-index' : 'json-key'}>{line.key}</span>
          <span class="json-punct">:</span>
        </span>
      )}
      {line.href ? (
        <a class="link" href={line.href} target="_blank" rel="noopener">
          The whole value, {formatBytes(Number.parseInt(line.text, 10))}
        </a>
      ) : (
        <span class={`json-${line.kind} min-w-0`}>
          {line.text}
          {line.cut !== undefined && <span class="text-text-3"> … {formatCount(line.cut)} characters</span>}
        </span>
      )}
      <span class="json-tools">
        <button type="button" class="json-tool" data-act="value" data-path={line.path} aria-label={`Copy the value of ${name}`}>
          Copy value
        </button>
        {line.path !== '' && (
          <button type="button" class="json-tool" data-act="path" data-path={line.path} aria-label={`Copy the path ${name}`}>
            Copy path
          </button>
        )}
      </span>
    </div>
  );
}
