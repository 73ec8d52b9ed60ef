/**
 * What happened, its code, what to try, and the request id: for a page or a part of one that could not be loaded. Below the
 * title of its page, so that one knows where one is, it is a part; alone it is the page.
 */
import { component$, Slot } from '@builder.io/qwik';
import { useLocation } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { Copy } from '~/components/ui/copy';
import { PageHeader } from '~/components/ui/page-header';

interface Props {
  problem: ProblemBody;
  heading?: string;
  /** Title of the page, which it draws above itself. */
  page?: string;
  /** The title stands there already. */
  below?: boolean;
}

export const ProblemPanel = component$<Props>(({ problem, heading, page, below }) => (
  <>
    {page && <PageHeader title={page} />}
    <Panel problem={problem} heading={heading ?? problem.title} isPart={below || page !== undefined}>
      <Slot />
    </Panel>
  </>
));

/** The same page once more: what went wrong there may be over. */
const TryAgain = component$(() => {
  const { url } = useLocation();
  return (
    <a class="btn" href={url.pathname + url.search}>
      Try again
    </a>
  );
});

const Panel = component$<{ problem: ProblemBody; heading: string; isPart: boolean }>(({ problem, heading, isPart }) => (
  <section class="mx-auto max-w-[560px] px-4 py-16" role="alert">
    <p class="mono mb-2 text-12 text-text-3">
      {problem.status > 0 ? `${problem.status} ` : ''}
      {problem.code}
    </p>
    {isPart ? <h2 class="mb-2 text-16 font-semibold">{heading}</h2> : <h1 class="mb-2 text-20 font-semibold">{heading}</h1>}
    {problem.detail && problem.detail !== problem.title && <p class="mb-2 wrap-anywhere text-text-2">{problem.detail}</p>}
    {problem.hint && <p class="mb-2 text-text-2">{problem.hint}</p>}
    {problem.errors && problem.errors.length > 0 && (
      <ul class="mb-2 list-disc pl-5 text-13 text-text-2">
        {problem.errors.map((error) => (
          <li key={`${error.path}:${error.message}`}>
            {error.path ? <code class="mono text-12">{error.path}</code> : null} {error.message}
          </li>
        ))}
      </ul>
    )}
    <div class="mt-6 flex flex-wrap gap-2">
      <Slot />
      {!isPart && (problem.status >= 500 || problem.status === 0) && <TryAgain />}
    </div>
    {problem.request_id && (
      <p class="mt-6 text-12 text-text-3">
        Request id <Copy text={problem.request_id} label="Request id" class="mono text-text-2" always />
      </p>
    )}
  </section>
));
