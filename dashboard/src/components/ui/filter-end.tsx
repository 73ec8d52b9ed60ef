/** How a form of filters ends: a way back to none, and what the Return key presses. A light part, as `FilterSelect`. */
export const FilterEnd = ({ clear }: { /** Address without filters, where some are set. */ clear?: string | false }) => (
  <>
    {clear && (
      <a class="btn btn-quiet" href={clear}>
        Clear
      </a>
    )}
    <button type="submit" class="sr-only">
      Filter
    </button>
  </>
);
