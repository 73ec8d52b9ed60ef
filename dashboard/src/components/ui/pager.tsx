/** The way to the next page of a list, and back to its first. The place stands in the URL as `cursor`. */
import { component$ } from '@builder.io/qwik';
import { useLocation } from '@builder.io/qwik-city';

interface Props {
  next: string | null | undefined;
  /** Of lists that begin with the newest: `Older`. */
  label?: string;
}

export const Pager = component$<Props>(({ next, label = 'More' }) => {
  const { url } = useLocation();
  const at = (cursor: string | undefined) => {
    const query = new URLSearchParams(url.search);
    if (cursor) query.set('cursor', cursor);
    else query.delete('cursor');
    const text = query.toString();
    return text === '' ? url.pathname : `${url.pathname}?${text}`;
  };
  const later = url.searchParams.has('cursor');
  if (!next && !later) return null;
  return (
    <nav class="flex justify-end gap-2 p-3 sm:p-4" aria-label="Pages of the list">
      {later && (
        <a class="btn" href={at(undefined)}>
          First page
        </a>
      )}
      {next && (
        <a class="btn" rel="next" href={at(next)}>
          {label}
        </a>
      )}
    </nav>
  );
});
