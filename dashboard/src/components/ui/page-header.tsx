/** Name of a page, a few words beside it, and what can be done on the page. */
import type { JSXOutput } from '@builder.io/qwik';

interface Props {
  title: string;
  note?: string;
  actions?: JSXOutput;
  /** What follows draws its own line. */
  open?: boolean;
}

export const PageHeader = ({ title, note, actions, open }: Props) => (
  <header class={['flex flex-wrap items-center gap-x-3 gap-y-2 px-3 pt-4 sm:px-4', open ? 'min-h-14 pb-2' : 'min-h-16 border-b border-line pb-4']}>
    <h1 class="text-20 font-semibold">{title}</h1>
    {note && <span class="min-w-0 text-13 wrap-anywhere text-text-2">{note}</span>}
    {actions && <span class="ml-auto flex flex-wrap items-center gap-2">{actions}</span>}
  </header>
);
