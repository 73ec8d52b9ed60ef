/** A part of a page of settings: what it is about and, beside that, what can be done with it; below, how it stands. */
import type { JSXOutput } from '@builder.io/qwik';

interface Props {
  id: string;
  title: string;
  /** Buttons, at the right. */
  actions?: JSXOutput;
  children: JSXOutput;
}

export const SettingSection = ({ id, title, actions, children }: Props) => (
  <section aria-labelledby={id} class="border-b border-line px-3 pt-4 pb-5 sm:px-4">
    <div class="mb-1 flex min-h-9 flex-wrap items-center gap-3">
      <h2 id={id} class="text-16 font-semibold">
        {title}
      </h2>
      {actions && <span class="ml-auto flex flex-wrap gap-2">{actions}</span>}
    </div>
    {children}
  </section>
);
