/** A command line to copy. */
import { Icon } from '~/components/ui/icon';

export const Command = ({ text, label }: { text: string; label: string }) => (
  <div class="flex items-start rounded-md border border-line bg-sunken text-left">
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
    <pre tabIndex={0} class="mono min-w-0 flex-1 overflow-x-auto px-3 py-2 text-12 leading-5 whitespace-pre">
      {text}
    </pre>
    <button type="button" class="copy copy-shown btn btn-quiet btn-small btn-icon m-1.5 flex-none" data-copy={text} aria-label={`${label}. Copy`} title="Copy">
      <Icon name="copy" size={14} class="copy-mark" />
      <Icon name="check" size={14} class="copied-mark" />
    </button>
  </div>
);
