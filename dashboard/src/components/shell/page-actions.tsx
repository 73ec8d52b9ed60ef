/**
 * What works the same on every page, with one listener each: copying, relative times that stay fresh, the keys of help and palette,
 * and the step from server clock to browser clock.
 */
import { component$, useVisibleTask$ } from '@builder.io/qwik';
import { formatBoth, formatRelative } from '~/lib/time';

export const PageActions = component$<{ serverNow: number }>(({ serverNow }) => {
  useVisibleTask$(
    ({ cleanup }) => {
      const answer = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
      // The page was made about when its first byte came; what passed since then is the browser's own measure.
      const skew = performance.timeOrigin + (answer?.responseStart ?? 0) - serverNow;
      document.documentElement.dataset.skew = String(Math.abs(skew) < 1000 ? 0 : Math.round(skew));

      // What was pressed before anything listened.
      document.documentElement.dataset.awake = '';
      if (document.documentElement.dataset.early) document.dispatchEvent(new Event('openpalette'));

      const announcer = document.getElementById('announcer');
      const onClick = async (event: MouseEvent) => {
        const button = (event.target as Element).closest<HTMLElement>('[data-copy]');
        if (!button) return;
        event.preventDefault();
        await navigator.clipboard.writeText(button.dataset.copy ?? '');
        button.dataset.copied = '';
        if (announcer) announcer.textContent = 'Copied';
        setTimeout(() => {
          delete button.dataset.copied;
          if (announcer) announcer.textContent = '';
        }, 1200);
      };
      const onKey = (event: KeyboardEvent) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
          event.preventDefault();
          document.dispatchEvent(new Event('openpalette'));
          return;
        }
        if (event.key !== '?' || isTyping(event.target)) return;
        const dialog = document.getElementById('keys') as HTMLDialogElement | null;
        if (dialog && !dialog.open) dialog.showModal();
      };
      const freshen = () => {
        const now = Date.now() - Number(document.documentElement.dataset.skew ?? 0);
        for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-rel]')) {
          const text = formatRelative(Date.parse(element.dateTime), now);
          if (element.textContent !== text && element.firstChild) element.firstChild.nodeValue = text;
        }
      };
      // An instant tells its zone: UTC, and the reader's own where that is another.
      const onOver = (event: Event) => {
        const time = (event.target as Element).closest?.<HTMLTimeElement>('time[data-rel]');
        if (time) time.title = formatBoth(time.dateTime);
      };
      const timer = setInterval(freshen, 5000);
      document.addEventListener('pointerover', onOver);
      document.addEventListener('click', onClick);
      document.addEventListener('keydown', onKey);
      cleanup(() => {
        clearInterval(timer);
        document.removeEventListener('click', onClick);
        document.removeEventListener('keydown', onKey);
        document.removeEventListener('pointerover', onOver);
      });
    },
    { strategy: 'document-ready' },
  );
  return <div id="announcer" class="sr-only" aria-live="polite" />;
});

/** Whether a key belongs to a field rather than to the page. A box to tick takes no letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio';
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}
