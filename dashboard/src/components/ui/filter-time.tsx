/** From and to in a form of filters, as fields `from` and `to`: behind a button, or in sight where they are set. A light part, as `FilterSelect`. */
interface Props {
  /** They are set, and no range of the usual ones is. */
  open: boolean;
  /** ISO 8601. */
  from?: string;
  to?: string;
}

export const FilterTime = ({ open, from, to }: Props) => (
  <details class={['relative', !open && 'max-sm:hidden']} open={open}>
    <summary class="btn btn-quiet list-none">{open ? 'Between (UTC)' : 'Custom time'}</summary>
    <div
      class={
        open
          ? 'flex flex-wrap items-center gap-2 pt-2'
          : 'absolute top-9 z-20 max-lg:right-0 lg:left-0 grid w-[260px] gap-2 rounded-lg border border-line bg-raised p-3 shadow-lg'
      }
    >
      <label class="grid gap-1 text-12 text-text-2">
        From (UTC)
        <input type="datetime-local" name="from" class="field" value={from?.slice(0, 16) ?? ''} />
      </label>
      <label class="grid gap-1 text-12 text-text-2">
        To (UTC)
        <input type="datetime-local" name="to" class="field" value={to?.slice(0, 16) ?? ''} />
      </label>
      <button type="submit" class="btn">
        Apply
      </button>
    </div>
  </details>
);
