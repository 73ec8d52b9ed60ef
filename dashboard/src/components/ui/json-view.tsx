/**
 * A JSON value, collapsed beyond two levels, with a search over all of it. One listener for all lines; only open parts
 * are walked and drawn, and never more than `MOST_LINES` at once, so that a large value does not hold the page up.
 */
import { $, component$, useComputed$, useSignal, useStore } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import { Icon } from '~/components/ui/icon';
import { call } from '~/lib/api';
import { JSON_VIEW, type JsonLine, type JsonViewState, jsonLines, valueAt } from '~/lib/json-lines';
import { type Finds, findInJson, pathOf, reveal } from '~/lib/json-search';
import { formatBytes, formatCount } from '~/lib/time';

const MOST_LINES = 2000;
/** Values of more lines than this can be searched. */
const SEARCHED_ABOVE = 10;
/** A value up to this size can be opened on the page; a larger one is a file. */
const MOST_SHOWN_BYTES = 8_000_000;

export const JsonView = component$<{ value: Json; label: string }>((props) => {
  const state = useStore<JsonViewState>({ open: {}, shown: {}, start: {} }, { deep: true });
  const fetched = useSignal<{ [path: string]: Json }>({});
  const failed = useSignal<{ path: string; text: string }>();
  const lines = useComputed$(() =>
    jsonLines(props.value, { open: { ...state.open }, shown: { ...state.shown }, start: { ...state.start }, fetched: fetched.value }),
  );
  const current = useSignal<string>();
  const search = useStore<{ text: string; at: number; found?: Finds }>({ text: '', at: -1 }, { deep: false });
  const box = useSignal<HTMLElement>();

  const act = $(async (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-act]');
    if (!button) {
      // Where nothing hovers, a tap on a line shows its tools.
      current.value = (event.target as Element).closest<HTMLElement>('[data-line]')?.dataset.line;
      return;
    }
    const path = button.dataset.path ?? '';
    const now = lines.value.find((line) => line.path === path && line.more === undefined && line.earlier === undefined);
    switch (button.dataset.act) {
      case 'toggle':
        if (now) state.open[path] = !now.open;
        return;
      case 'more':
        state.shown[path] = (state.shown[path] ?? JSON_VIEW.chunk) + 5 * JSON_VIEW.chunk;
        return;
      case 'earlier': {
        const start = state.start?.[path] ?? 0;
        const by = Math.min(start, 5 * JSON_VIEW.chunk);
        state.start = { ...state.start, [path]: start - by };
        state.shown[path] = (state.shown[path] ?? JSON_VIEW.chunk) + by;
        return;
      }
      case 'fetch': {
        if (!now?.href) return;
        button.setAttribute('disabled', '');
        const answer = await call<Json>(now.href);
        failed.value = answer.ok ? undefined : { path, text: answer.problem.detail ?? answer.problem.title };
        if (answer.ok) fetched.value = { ...fetched.value, [path]: answer.value };
        else button.removeAttribute('disabled');
        return;
      }
      default: {
        await navigator.clipboard.writeText(button.dataset.act === 'path' ? path : textOf(valueAt(props.value, path, fetched.value)));
        button.dataset.copied = '';
        setTimeout(() => delete button.dataset.copied, 1200);
      }
    }
  });
  const goTo = $((step: number) => {
    const finds = search.found?.finds ?? [];
    if (finds.length === 0) return;
    search.at = (search.at + step + finds.length) % finds.length;
    const target: JsonViewState = { open: { ...state.open }, shown: { ...state.shown }, start: { ...state.start }, fetched: fetched.value };
    reveal(props.value, finds[search.at]!, target);
    state.open = target.open;
    state.shown = target.shown;
    state.start = target.start;
    const path = pathOf(finds[search.at]!);
    current.value = path;
    requestAnimationFrame(() => {
      const line = box.value?.querySelector(`[data-line="${CSS.escape(path)}"]`);
      line?.scrollIntoView({ block: 'nearest' });
    });
  });
  const seek = $((text: string) => {
    search.text = text;
    search.at = -1;
    search.found = text.trim() === '' ? undefined : findInJson(props.value, text.trim(), fetched.value);
    if (search.found) return goTo(1);
    current.value = undefined;
  });
  const onKey = $((event: KeyboardEvent) => {
    if (event.key === 'Enter') return goTo(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape' && search.text !== '') {
      event.stopPropagation();
      return seek('');
    }
  });

  const shown = lines.value.length > MOST_LINES ? lines.value.slice(0, MOST_LINES) : lines.value;
  return (
    <div ref={box} class="min-w-0">
      {(lines.value.length > SEARCHED_ABOVE || search.text !== '' || lines.value.some((line) => line.expandable && !line.open)) && (
        <div class="json-search">
          <Icon name="search" size={12} class="json-search-mark" />
          <input
            type="search"
            class="field field-small w-full max-w-[220px]"
            placeholder="Find"
            aria-label="Find in this value"
            value={search.text}
            onInput$={(_, field) => seek(field.value)}
            onKeyDown$={onKey}
          />
          {search.found && (
            <span class="flex items-center gap-1 text-12 text-text-3" role="status">
              {search.found.finds.length === 0
                ? 'Not found'
                : `${formatCount(search.at + 1)} of ${formatCount(search.found.finds.length)}${search.found.cut ? ' or more' : ''}`}
              {search.found.finds.length > 1 && (
                <>
                  <button
                    type="button"
                    class="btn btn-quiet btn-small btn-icon"
                    aria-label="Previous find"
                    title="Previous (Shift Enter)"
                    onClick$={() => goTo(-1)}
                  >
                    <Icon name="chevron" size={12} class="-rotate-90" />
                  </button>
                  <button type="button" class="btn btn-quiet btn-small btn-icon" aria-label="Next find" title="Next (Enter)" onClick$={() => goTo(1)}>
                    <Icon name="chevron" size={12} class="rotate-90" />
                  </button>
                </>
              )}
            </span>
          )}
        </div>
      )}
      <fieldset class="json m-0 min-w-0 border-0 p-0" aria-label={props.label} onClick$={act}>
        {shown.map((line) => lineOf(line, line.path === current.value, failed.value?.path === line.path ? failed.value.text : undefined))}
        {lines.value.length > MOST_LINES && (
          <p class="py-1 pl-4 text-text-3">{formatCount(lines.value.length - MOST_LINES)} more lines. Close parts above to see them.</p>
        )}
      </fieldset>
    </div>
  );
});

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2);
}

function lineOf(line: JsonLine, current: boolean, failure: string | undefined) {
  const style = { '--depth': String(line.depth) };
  if (line.more !== undefined || line.earlier !== undefined) {
    const act = line.more === undefined ? 'earlier' : 'more';
    return (
      <div key={`${line.path}+${act}`} class="json-line" style={style} data-depth={line.depth}>
        <button type="button" class="link ml-4 text-12" data-act={act} data-path={line.path}>
          {line.more === undefined ? `Show earlier (${formatCount(line.earlier ?? 0)} before)` : `Show more (${formatCount(line.more)} left)`}
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
        <span class="flex min-w-0 flex-wrap items-center gap-x-3">
          <span class="text-text-3">{formatBytes(line.size ?? 0)}, kept apart</span>
          {(line.size ?? 0) <= MOST_SHOWN_BYTES && (
            <button type="button" class="link" data-act="fetch" data-path={line.path}>
              Show it here
            </button>
          )}
          <a class="link" href={line.href} target="_blank" rel="noopener">
            The whole value
          </a>
          {failure && (
            <span class="text-bad" role="alert">
              {failure}
            </span>
          )}
        </span>
      ) : (
        <span class={`json-${line.kind} min-w-0`}>
          {line.text}
          {line.cut !== undefined && <span class="text-text-3"> … {formatCount(line.cut)} characters</span>}
        </span>
      )}
      {!line.href && (
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
      )}
    </div>
  );
}
