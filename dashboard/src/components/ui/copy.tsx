/** Text that copies itself. The listener is one for the whole page (`shell/page-actions.tsx`). */
import { Icon } from '~/components/ui/icon';

export const Copy = ({ text, shown, label, class: extra, always }: { text: string; shown?: string; label: string; class?: string; always?: boolean }) => (
  <button type="button" class={['copy', always && 'copy-shown', extra]} data-copy={text} title={text}>
    <span class="sr-only">Copy {label} </span>
    <span class="min-w-0 truncate">{shown ?? text}</span>
    <Icon name="copy" size={12} class="copy-mark" />
    <Icon name="check" size={12} class="copied-mark" />
  </button>
);

/** `exec_4fGh…9xKq`: enough to tell two apart by eye; the whole is what is copied. */
export function shortId(id: string): string {
  return id.length <= 18 ? id : `${id.slice(0, 9)}…${id.slice(-4)}`;
}
