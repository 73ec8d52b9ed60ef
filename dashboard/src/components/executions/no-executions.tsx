import { component$ } from '@builder.io/qwik';
import { Command } from '~/components/ui/command';
import { EmptyState } from '~/components/ui/empty-state';
import { NothingFits } from '~/components/ui/nothing-fits';

export const NoExecutions = component$<{ filtered: boolean; live: boolean; any: boolean; origin: string; older?: string }>(
  ({ filtered, live, any, origin, older }) => {
    if (older) {
      return (
        <EmptyState heading="None among the newest executions">
          <p>A page looks through a bounded number of executions. Older ones may fit the filters.</p>
          <a class="btn btn-primary mt-4" href={older}>
            Look further back
          </a>
        </EmptyState>
      );
    }
    if (filtered) {
      return <NothingFits heading="No execution fits these filters" hint="Remove a filter, or choose a longer time." clear="/executions" />;
    }
    if (!any) {
      return (
        <EmptyState heading="No application is deployed yet">
          <p class="mb-4">An execution is one run of a pipeline. Deploy an application first; this does it with the example that comes along.</p>
          <Command label="Deploy the example" text="npm run wf -- deploy examples/orders/orders.yaml" />
        </EmptyState>
      );
    }
    return (
      <EmptyState heading="No executions yet">
        <p class="mb-4">
          An execution is one run of a pipeline. Call a route of an application, or start a pipeline by its name.{live ? ' It appears here by itself.' : ''}
        </p>
        <Command
          label="Start a pipeline"
          text={`curl -X POST ${origin}/api/v1/executions \\\n  -H "Authorization: Bearer $ADMIN_API_KEY" -H 'content-type: application/json' \\\n  -d '{"workflow": "…", "pipeline": "…", "data": {}}'`}
        />
        <a class="btn mt-4" href="/applications">
          See the applications
        </a>
      </EmptyState>
    );
  },
);
