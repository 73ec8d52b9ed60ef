/** Which application, pipeline and environment: the choices that lists of executions, keys, breakpoints and mocks share. */
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { named } from '~/components/ui/choice';
import { FilterSelect } from '~/components/ui/filter-select';

interface Chosen {
  workflow?: string;
  pipeline?: string;
  environment?: string;
}

/** Pipelines are those of the chosen application; where there is one environment, it is no choice. */
export const PipelineSelects = ({ filters, workflows }: { filters: Chosen; workflows: Omit<WorkflowChoice, 'project'>[] }) => {
  const pipelines = [...new Set(workflows.filter((one) => !filters.workflow || one.name === filters.workflow).flatMap((one) => one.pipelines))].sort();
  const environments = [...new Set(workflows.flatMap((one) => one.environments))].sort();
  return (
    <>
      <FilterSelect name="workflow" label="Application" all="All applications" value={filters.workflow} options={named(workflows.map((one) => one.name))} />
      <FilterSelect name="pipeline" label="Pipeline" all="All pipelines" value={filters.pipeline} options={named(pipelines)} />
      {(environments.length > 1 || filters.environment) && (
        <FilterSelect name="environment" label="Environment" all="All environments" value={filters.environment} options={named(environments)} />
      )}
    </>
  );
};
