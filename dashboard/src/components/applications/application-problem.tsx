/** In place of a page of an application that could not be loaded. */
import { component$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { ProblemPanel } from '~/components/ui/problem-panel';

export const ApplicationProblem = component$<{ problem: ProblemBody }>(({ problem }) => (
  <ProblemPanel problem={problem} heading={problem.status === 404 ? 'There is no such application' : undefined}>
    <a class="btn btn-primary" href="/applications">
      Go to applications
    </a>
  </ProblemPanel>
));
