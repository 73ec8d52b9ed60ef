/** A value that is shown now and never again. */
import { Copy } from '~/components/ui/copy';

export const ShownOnce = ({ text, label, note }: { text: string; label: string; note: string }) => (
  <div class="rounded-md border border-line bg-sunken px-3 py-2">
    <p class="mb-1 text-12 text-text-3">{note}</p>
    <p class="mono text-12 break-all" data-shown-once>
      {text}
    </p>
    <p class="mt-2">
      <Copy text={text} shown={`Copy ${label}`} label={label} always />
    </p>
  </div>
);
