/** An empty list that filters have made so: what to change, and the way back to all. A light part, as `FilterEnd`. */
import { EmptyState } from '~/components/ui/empty-state';

export const NothingFits = ({ heading, hint, clear }: { heading: string; hint: string /** Address without filters. */; clear: string }) => (
  <EmptyState heading={heading}>
    <p>{hint}</p>
    <p class="mt-4">
      <a class="btn" href={clear}>
        Clear filters
      </a>
    </p>
  </EmptyState>
);
