/**
 * One field to go anywhere and do anything: `Ctrl K` or `⌘ K`. It offers what the page itself can do (whatever carries
 * `data-command`), pages, saved views, applications, executions by id or text, and settings. Loaded when it is first opened.
 */
import { $, component$, useOnDocument, useSignal, useStore } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import { shortId } from '~/components/ui/copy';
import { Icon } from '~/components/ui/icon';
import { call } from '~/lib/api';
import type { Page, WorkflowItem } from '~/lib/api-types';
import { type Entry, executionIn, fitting } from '~/lib/palette';
import { savedViews, tenantOfPage } from '~/lib/saved-views';
import { pinTheme, THEMES, type Theme } from '~/lib/theme';

const ASK_AFTER_MS = 200;
const LEAST_TEXT = 3;

export const CommandPalette = component$(() => {
  const dialog = useSignal<HTMLDialogElement>();
  const state = useStore<{ text: string; at: number; known: Entry[]; found: Entry[] }>({ text: '', at: 0, known: [], found: [] }, { deep: false });

  useOnDocument(
    'openpalette',
    $(async () => {
      if (!dialog.value || dialog.value.open) return;
      state.text = '';
      state.at = 0;
      state.found = [];
      state.known = [...here(), ...places()];
      dialog.value.showModal();
      const workflows = await call<Page<WorkflowItem>>('/api/v1/workflows?limit=200');
      if (workflows.ok) state.known = [...state.known, ...workflows.value.items.flatMap(applicationEntries)];
    }),
  );
  const search = $((text: string) => {
    state.text = text;
    state.at = 0;
    state.found = [];
    if (text.trim().length < LEAST_TEXT || executionIn(text)) return;
    setTimeout(async () => {
      if (state.text !== text) return;
      const answer = await call<Page<ExecutionSummary>>(`/api/v1/executions?limit=5&q=${encodeURIComponent(text.trim())}`);
      if (answer.ok && state.text === text) state.found = answer.value.items.map(executionEntry);
    }, ASK_AFTER_MS);
  });
  const choose = $((index: number) => {
    const entry = listOf(state)[index];
    if (!entry) return;
    dialog.value?.close();
    if (entry.href) location.assign(entry.href);
    else run(entry.run ?? '');
  });
  const move = $(async (event: KeyboardEvent, field: HTMLInputElement) => {
    // Enter may be heard before what was typed ahead of it.
    if (field.value !== state.text) await search(field.value);
    const last = listOf(state).length - 1;
    const to = { ArrowDown: state.at + 1, ArrowUp: state.at - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Enter') return choose(state.at);
    if (to === undefined || last < 0) return;
    state.at = (to + last + 1) % (last + 1);
    document.getElementById(`palette-${state.at}`)?.scrollIntoView({ block: 'nearest' });
  });

  const list = listOf(state);
  return (
    <dialog ref={dialog} id="palette" class="dialog palette" aria-label="Commands" onClick$={(event, element) => event.target === element && element.close()}>
      <div class="palette-field">
        <Icon name="search" size={16} class="flex-none text-text-3" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={list.length > 0 ? `palette-${state.at}` : undefined}
          aria-label="Page, application, execution or action"
          placeholder="Page, application, execution or action"
          autoComplete="off"
          spellcheck={false}
          autoFocus
          value={state.text}
          onInput$={(_, field) => search(field.value)}
          onKeyDown$={move}
        />
        <kbd class="kbd">Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label="Commands" class="palette-list">
        {list.map((entry, index) => (
          <div
            key={`${entry.group}:${encodeURIComponent(entry.label)}:${entry.href ?? entry.run}`}
            id={`palette-${index}`}
            role="option"
            class="palette-entry"
            tabIndex={-1}
            aria-selected={index === state.at ? 'true' : 'false'}
            onClick$={() => choose(index)}
          >
            <span class="min-w-0 truncate">{entry.label}</span>
            {entry.hint && <span class="min-w-0 truncate text-12 text-text-3">{entry.hint}</span>}
            <span class="ml-auto flex-none text-12 text-text-3">{entry.group}</span>
          </div>
        ))}
      </div>
      {list.length === 0 && <p class="px-4 py-6 text-center text-13 text-text-2">Nothing fits. Try an execution's id, or the name of a pipeline.</p>}
    </dialog>
  );
});

function listOf({ text, known, found }: { text: string; known: Entry[]; found: Entry[] }): Entry[] {
  const id = executionIn(text);
  if (id) return [{ group: 'Executions', label: `Open ${shortId(id)}`, href: `/executions/${id}` }];
  return [...fitting(known, text), ...found];
}

/** What the page in front of it can do. */
function here(): Entry[] {
  const entries: Entry[] = [];
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-command]')) {
    // What is not shown, or cannot be done now, is not offered.
    if (button.disabled || button.offsetParent === null) continue;
    const label = button.dataset.command!;
    if (!entries.some((one) => one.label === label)) entries.push({ group: 'Here', label, run: `click ${label}` });
  }
  return entries;
}

function places(): Entry[] {
  const pages = [...document.querySelectorAll<HTMLAnchorElement>('a.rail-link')].map((link) => ({
    group: 'Pages',
    label: link.text.trim(),
    href: link.pathname,
  }));
  return [
    ...pages,
    { group: 'Pages', label: 'Failed executions', href: '/executions?status=failed' },
    { group: 'Pages', label: 'Running executions', href: '/executions?status=running' },
    ...savedViews(tenantOfPage()).map(({ name, query }) => ({ group: 'Views', label: name, href: `/executions${query}` })),
    { group: 'Settings', label: 'Show keys', run: 'keys' },
    ...THEMES.map((theme) => ({ group: 'Settings', label: `Theme: ${theme}`, run: `theme ${theme}` })),
    { group: 'Settings', label: 'Sign out', run: 'sign-out' },
  ];
}

function applicationEntries({ id, name, pipelines }: WorkflowItem): Entry[] {
  return [
    { group: 'Applications', label: name, href: `/applications/${id}` },
    ...pipelines.map((pipeline) => ({
      group: 'Pipelines',
      label: pipeline,
      hint: name,
      href: `/executions?workflow=${encodeURIComponent(name)}&pipeline=${encodeURIComponent(pipeline)}`,
    })),
  ];
}

function executionEntry({ execution_id, pipeline, status }: ExecutionSummary): Entry {
  return { group: 'Executions', label: pipeline, hint: `${shortId(execution_id)}, ${status}`, href: `/executions/${execution_id}` };
}

function run(order: string): void {
  if (order === 'keys') (document.getElementById('keys') as HTMLDialogElement | null)?.showModal();
  else if (order === 'sign-out') document.querySelector<HTMLFormElement>('form[action="/sign-out"]')?.requestSubmit();
  else if (order.startsWith('theme ')) pinTheme(order.slice('theme '.length) as Theme);
  else if (order.startsWith('click ')) document.querySelector<HTMLElement>(`[data-command="${CSS.escape(order.slice('click '.length))}"]`)?.click();
}
