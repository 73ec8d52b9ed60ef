/**
 * Two texts beside each other; one below the other where there is no room. Folded lines open with a press; `n` and `p` go
 * from change to change.
 */
import { $, component$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import { isTyping } from '~/components/shell/page-actions';
import type { DiffRow, LineDiff, Side } from '~/editor/line-diff';
import { formatCount } from '~/lib/time';

interface Props {
  diff: LineDiff;
  left: string;
  right: string;
}

export const TextDiff = component$<Props>(({ diff, left, right }) => {
  const open = useStore<{ [part: number]: true }>({});
  const unfold = $((event: Event) => {
    const part = (event.target as Element).closest<HTMLElement>('[data-fold]')?.dataset.fold;
    if (part !== undefined) open[Number(part)] = true;
  });
  const root = useSignal<HTMLElement>();
  const go = $((by: 1 | -1) => {
    const changes = [...(root.value?.querySelectorAll<HTMLElement>('[data-change]') ?? [])];
    const at = changes.indexOf(document.activeElement as HTMLElement);
    const next = changes[at < 0 ? (by > 0 ? 0 : changes.length - 1) : Math.min(changes.length - 1, Math.max(0, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'center' });
  });
  useVisibleTask$(
    ({ cleanup }) => {
      const keys = (event: KeyboardEvent) => {
        if ((event.key !== 'n' && event.key !== 'p') || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
        // Not of one in a dialog that is closed.
        if (!root.value || root.value.offsetParent === null) return;
        event.preventDefault();
        go(event.key === 'n' ? 1 : -1);
      };
      document.addEventListener('keydown', keys);
      if (root.value) root.value.dataset.keys = 'ready';
      cleanup(() => document.removeEventListener('keydown', keys));
    },
    { strategy: 'document-ready' },
  );
  const changes = changesOf(diff);
  if (diff.added + diff.removed === 0) return <p class="px-3 py-6 text-13 text-text-2">The two are the same, line for line.</p>;
  return (
    <div ref={root} class="text-diff-scroll">
      <div class="flex items-center gap-1 px-2 py-1 text-12 text-text-2">
        <span class="mr-auto">{changes === 1 ? 'One change' : `${formatCount(changes)} changes`}</span>
        <button type="button" class="btn btn-quiet btn-small" title="p" onClick$={() => go(-1)}>
          Previous
        </button>
        <button type="button" class="btn btn-quiet btn-small" title="n" onClick$={() => go(1)}>
          Next
        </button>
      </div>
      <table class="text-diff" onClick$={unfold}>
        <caption class="sr-only">
          {left} beside {right}: {formatCount(diff.removed)} lines gone or changed, {formatCount(diff.added)} new or changed.
        </caption>
        <colgroup>
          <col class="text-diff-number" />
          <col />
          <col class="text-diff-number" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th colSpan={2}>{left}</th>
            <th colSpan={2}>{right}</th>
          </tr>
        </thead>
        {diff.parts.map((part, at) => (
          <tbody key={at}>
            {part.folded && !open[at] ? (
              <tr class="text-diff-fold">
                <td colSpan={4}>
                  <button type="button" data-fold={at}>
                    {formatCount(part.rows.length)} lines that are the same
                  </button>
                </td>
              </tr>
            ) : (
              part.rows.map((row, index) => diffRow(row, index, isFirst(part.rows, index)))
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
});

/** Lines that changed next to each other are one change. */
function isFirst(rows: readonly DiffRow[], index: number): boolean {
  return rows[index]!.kind !== 'same' && (index === 0 || rows[index - 1]!.kind === 'same');
}

function changesOf({ parts }: LineDiff): number {
  return parts.reduce((sum, { rows }) => sum + rows.filter((_, index) => isFirst(rows, index)).length, 0);
}

function diffRow(row: DiffRow, index: number, first: boolean) {
  return (
    <tr key={index} data-kind={row.kind} data-change={first ? 'true' : undefined} tabIndex={first ? -1 : undefined}>
      {side(row.left, 'left', row.kind)}
      {side(row.right, 'right', row.kind)}
    </tr>
  );
}

const SIGNS = { left: '−', right: '+' } as const;

function side(one: Side | undefined, which: 'left' | 'right', kind: DiffRow['kind']) {
  return (
    <>
      <td class="text-diff-number" data-side={which} data-empty={one ? undefined : 'true'}>
        {one?.line}
      </td>
      <td class="text-diff-text" data-side={which} data-empty={one ? undefined : 'true'}>
        {one && kind !== 'same' && <span class="text-diff-sign">{SIGNS[which]}</span>}
        {one?.pieces.map((piece, at) => (piece.marked ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))}
      </td>
    </>
  );
}
