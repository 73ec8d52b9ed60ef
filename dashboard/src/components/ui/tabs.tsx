/** Tabs over one panel, which stays where the page puts it: one is chosen, arrows move, Home and End go to the ends. */
import { $, component$, type QRL } from '@builder.io/qwik';

export interface Tab {
  name: string;
  label: string;
  /** A number beside the label. */
  count?: number;
}

interface Props {
  label: string;
  tabs: Tab[];
  current: string;
  /** Id of the panel. */
  panel: string;
  choose: QRL<(name: string) => void>;
  class?: string;
}

export const Tabs = component$<Props>(({ label, tabs, current, panel, choose, class: extra }) => {
  const move = $((event: KeyboardEvent, list: HTMLElement) => {
    const buttons = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    const next = buttons[(to + buttons.length) % buttons.length]!;
    next.focus();
    next.click();
  });
  return (
    <div class={['tabs', extra]} role="tablist" aria-label={label} onKeyDown$={move}>
      {tabs.map(({ name, label: text, count }) => (
        <button
          key={name}
          type="button"
          role="tab"
          class="tab"
          data-tab={name}
          tabIndex={name === current ? 0 : -1}
          aria-selected={name === current ? 'true' : 'false'}
          aria-controls={panel}
          onClick$={() => choose(name)}
        >
          {text}
          {count !== undefined && <span class="text-12 text-text-3">{count}</span>}
        </button>
      ))}
    </div>
  );
});
