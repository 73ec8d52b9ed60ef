/** Two texts beside each other; one below the other where there is no room. Folded lines open with a press. */
import { $, component$, useStore } from '@builder.io/qwik';
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
  if (diff.added + diff.removed === 0) return <p class="px-3 py-6 text-13 text-text-2">The two are the same, line for line.</p>;
  return (
    <div class="text-diff-scroll">
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
              part.rows.map((row, index) => diffRow(row, index))
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
});

function diffRow(row: DiffRow, index: number) {
  return (
    <tr key={index} data-kind={row.kind}>
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
