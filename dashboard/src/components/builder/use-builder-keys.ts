/**
 * Keys of the builder: arrows between the cards, Alt with an arrow moves a step, Delete removes it, `a` adds one behind
 * it, `/` searches the palette; Ctrl Z and Ctrl Shift Z undo and do again, Ctrl S saves.
 */
import { type Signal, useVisibleTask$ } from '@builder.io/qwik';
import { removeOf, shiftOf } from '~/builder/actions';
import { stepAt } from '~/builder/document/outline';
import { goBack, goForth, type Session } from '~/builder/session';
import { isTyping } from '~/components/shell/page-actions';

type DialogSignal = Signal<HTMLDialogElement | undefined>;

export function useBuilderKeys(session: Session, adding: DialogSignal): void {
  useVisibleTask$(
    ({ cleanup }) => {
      const open = () => {
        const dialog = adding.value;
        if (!dialog || dialog.open) return;
        dialog.showModal();
        dialog.querySelector<HTMLInputElement>('input')?.focus();
      };
      const withControl = (event: KeyboardEvent): boolean => {
        const key = event.key.toLowerCase();
        // In a field of the panes the browser's own undoing works on what is typed there; the text has the builder's.
        const own = isTyping(event.target) && !(event.target as Element).closest('.builder-text');
        if (key === 's') document.querySelector<HTMLElement>('[data-save] button')?.click();
        else if (own) return false;
        else if (key === 'z') (event.shiftKey ? goForth : goBack)(session);
        else if (key === 'y') goForth(session);
        else return false;
        return true;
      };
      const onCard = (event: KeyboardEvent): boolean => {
        const card = (event.target as Element).closest<HTMLElement>('[data-node]');
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
        if (!card) return false;
        const id = card.dataset.node!;
        const found = stepAt(session.model.flows, id);
        if (by !== undefined && event.altKey) {
          if (found && shiftOf(session, found.step, by)) focusSelected(session);
        } else if (by !== undefined) {
          const cards = [...document.querySelectorAll<HTMLElement>('[data-graph] [data-node]')];
          cards[cards.indexOf(card) + by]?.focus();
        } else if (event.key === 'Delete' || event.key === 'Backspace') {
          if (found && removeOf(session, found.step, found.list)) focusSelected(session);
        } else return false;
        return true;
      };
      const onKey = (event: KeyboardEvent) => {
        if (document.querySelector('dialog[open]')) return;
        let taken = false;
        if (event.ctrlKey || event.metaKey) taken = withControl(event);
        else if (isTyping(event.target)) return;
        else if (onCard(event)) taken = true;
        else if (event.key === 'a' && !event.altKey) {
          open();
          taken = true;
        } else if (event.key === '/') {
          const search = document.getElementById('palette-search');
          if (search?.offsetParent) search.focus();
          else open();
          taken = true;
        } else if (event.key === 'Escape' && session.selected !== undefined) session.selected = undefined;
        if (!taken) return;
        event.preventDefault();
        event.stopPropagation();
      };
      // Before the editor of the text takes them for its own.
      document.addEventListener('keydown', onKey, { capture: true });
      document.addEventListener('addstep', open);
      cleanup(() => {
        document.removeEventListener('keydown', onKey, { capture: true });
        document.removeEventListener('addstep', open);
      });
    },
    { strategy: 'document-ready' },
  );
}

/** Once it is drawn anew. */
function focusSelected(session: Session): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const cards = [...document.querySelectorAll<HTMLElement>('[data-graph] [data-node]')];
      cards.find((card) => card.dataset.node === session.selected)?.focus();
    }),
  );
}
