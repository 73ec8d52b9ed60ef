/**
 * A page that is a list: its header, then the rows, or why there are none, or why they could not be loaded; below them
 * the way to more. A page says what is its own: the rows, and what an empty list means.
 */
import type { JSXOutput } from '@builder.io/qwik';
import { PageHeader } from '~/components/ui/page-header';
import { Pager } from '~/components/ui/pager';
import { ProblemPanel } from '~/components/ui/problem-panel';
import type { Answer } from '~/lib/api';
import type { Page } from '~/lib/api-types';

interface Props<T> {
  title: string;
  /** What the rows are, in lower case: `The secrets could not be loaded`. */
  what: string;
  /** Path of the page: where Try again leads. */
  path: string;
  answer: Answer<Page<T>>;
  rows: (items: T[]) => JSXOutput;
  /** An `EmptyState`. */
  empty: JSXOutput;
  note?: string;
  actions?: JSXOutput;
  /** Between header and rows; shown with an empty list too. */
  filters?: JSXOutput;
  more?: string;
}

export const ListPage = <T,>({ title, what, path, answer, rows, empty, note, actions, filters, more }: Props<T>) => {
  if (!answer.ok) {
    return (
      <ProblemPanel page={title} problem={answer.problem} heading={`The ${what} could not be loaded`}>
        <a class="btn btn-primary" href={path}>
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor } = answer.value;
  return (
    <>
      <PageHeader title={title} note={note} actions={actions} open={filters !== undefined} />
      {filters}
      {items.length === 0 ? empty : rows(items)}
      <Pager next={next_cursor} label={more} />
    </>
  );
};
