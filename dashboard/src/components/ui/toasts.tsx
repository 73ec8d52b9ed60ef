/** Where toasts appear: at the foot of the page, read out politely, gone after a while unless somebody is on them. */
import { $, component$, useStore, useVisibleTask$ } from '@builder.io/qwik';
import { Icon } from '~/components/ui/icon';
import { keptToast, TOAST_EVENT, type Toast } from '~/lib/toast';

const SHOWN_MS = 6000;
const MOST = 3;

export const Toasts = component$(() => {
  const state = useStore<{ list: (Toast & { id: number })[]; last: number }>({ list: [], last: 0 }, { deep: false });
  const drop = $((id: number) => {
    state.list = state.list.filter((one) => one.id !== id);
  });
  useVisibleTask$(
    ({ cleanup }) => {
      const add = (one: Toast) => {
        const id = ++state.last;
        state.list = [...state.list, { ...one, id }].slice(-MOST);
        const leave = () => {
          // Whoever reads or reaches for it keeps it.
          if (document.querySelector(`[data-toast="${id}"]:is(:hover, :focus-within)`)) setTimeout(leave, 1000);
          else drop(id);
        };
        setTimeout(leave, SHOWN_MS);
      };
      const onToast = (event: Event) => add((event as CustomEvent<Toast>).detail);
      document.addEventListener(TOAST_EVENT, onToast);
      cleanup(() => document.removeEventListener(TOAST_EVENT, onToast));
      const kept = keptToast();
      if (kept) add(kept);
    },
    { strategy: 'document-ready' },
  );
  return (
    <div class="toasts" role="status" aria-live="polite">
      {state.list.map((one) => (
        <ToastCard key={one.id} toast={one} id={one.id}>
          <button type="button" class="btn btn-quiet btn-small btn-icon" aria-label="Dismiss" onClick$={() => drop(one.id)}>
            <Icon name="close" size={12} />
          </button>
        </ToastCard>
      ))}
    </div>
  );
});

/** One toast; the design page shows it by itself. */
export const ToastCard = ({ toast: { text, tone, href, link }, id, children }: { toast: Toast; id?: number; children?: unknown }) => (
  <div class="toast" data-toast={id} data-tone={tone ?? 'ok'}>
    <Icon name={tone === 'bad' ? 'close' : 'check'} size={14} class="toast-mark" />
    <span class="min-w-0">{text}</span>
    {href && (
      <a class="link flex-none" href={href}>
        {link ?? 'Open'}
      </a>
    )}
    {children as never}
  </div>
);
