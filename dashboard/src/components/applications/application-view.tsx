/** One application: what it answers to, what ran lately, its source and its versions. Views are links; all works without script. */
import { component$ } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { Deployed } from '~/components/applications/deployed';
import { GatheredLog } from '~/components/applications/gathered-log';
import { GraphView, type ShownGraph } from '~/components/applications/graph-view';
import { MoveApplication } from '~/components/applications/move-application';
import { ResidencyRules } from '~/components/applications/residency-rules';
import { RouteTable } from '~/components/applications/route-table';
import { RunDialog } from '~/components/applications/run-dialog';
import { trailOf } from '~/components/applications/trail';
import { type ComparedVersions, VersionList } from '~/components/applications/version-list';
import { Crumbs } from '~/components/ui/crumbs';
import { Moment } from '~/components/ui/moment';
import { Status } from '~/components/ui/status-mark';
import { YamlSource } from '~/components/ui/yaml-source';
import type { Answer } from '~/lib/api';
import type { Deployed as DeployedItem, GatheredLogItem, PipelineFacts, RouteItem, VersionItem } from '~/lib/api-types';
import { PRODUCTION } from '~/lib/environment';
import type { GatheredFilters } from '~/lib/gathered-log';
import { machinePath } from '~/lib/machine-links';
import type { ResidencyLine } from '~/lib/residency';
import { formatDuration } from '~/lib/time';

interface Props {
  application: {
    id: string;
    name: string;
    project: { id: string; name: string };
    description?: string;
    version: number;
    shownVersion: number;
    pipelines: PipelineFacts[];
    machines: { name: string; description?: string; states: number }[];
    residency: ResidencyLine[];
    routes: RouteItem[];
    origin: string;
    graph?: ShownGraph;
    source?: string;
    sourceProblem?: ProblemBody;
    versions: VersionItem[];
    compared?: ComparedVersions;
    deployed: DeployedItem[];
    executions: ExecutionSummary[];
    /** What it has gathered, where that is looked at. */
    gathered?: { filters: GatheredFilters; answer: Answer<GatheredLogItem> };
  };
  view: ApplicationViewName;
  now: number;
}

const VIEWS = [
  { name: 'overview', label: 'Overview' },
  { name: 'graph', label: 'Graph' },
  { name: 'source', label: 'Source' },
  { name: 'versions', label: 'Versions' },
  { name: 'log', label: 'Log' },
] as const;

export type ApplicationViewName = (typeof VIEWS)[number]['name'];
export const APPLICATION_VIEWS = VIEWS.map(({ name }) => name);

export const ApplicationView = component$<Props>(({ application, view, now }) => {
  const link = (name: string, version?: number) => linkTo(application, name, version);
  return (
    <>
      <header class="px-3 pt-3 pb-2 sm:px-4">
        <Crumbs trail={trailOf()} />
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 class="min-w-0 text-20 font-semibold wrap-anywhere">{application.name}</h1>
          <span class="text-13 text-text-2">
            Version {application.shownVersion}
            {application.shownVersion !== application.version && (
              <>
                , an older one.{' '}
                <a class="link" href={link(view, application.version)}>
                  Show version {application.version}
                </a>
              </>
            )}
          </span>
          <span class="ml-auto flex gap-2">
            <a class="btn" href={editLink(application)}>
              Edit
            </a>
            <a class="btn" href={`/applications/${application.id}/build`}>
              Build
            </a>
          </span>
        </div>
        <div class="mt-1 flex items-center gap-2 text-12 text-text-2">
          Project{' '}
          <a class="row-link" href={`/applications?project=${application.project.id}`}>
            {application.project.name}
          </a>
          <MoveApplication id={application.id} name={application.name} project={application.project.id} />
        </div>
        {application.description && <p class="mt-1 max-w-[80ch] text-text-2">{application.description}</p>}
        <Deployed deployed={application.deployed} latest={application.version} />
      </header>
      <nav class="tabs px-1 sm:px-2" aria-label="Views of this application">
        {VIEWS.map((one) => (
          <a key={one.name} class="tab" href={link(one.name)} aria-current={view === one.name ? 'page' : undefined}>
            {one.label}
          </a>
        ))}
      </nav>
      {view === 'overview' && <Overview application={application} now={now} />}
      {view === 'graph' && (
        <GraphView
          graph={application.graph}
          pipelines={application.pipelines.map(({ name }) => ({ name, href: `${link('graph')}&pipeline=${encodeURIComponent(name)}` }))}
        />
      )}
      {view === 'source' &&
        (application.source === undefined ? (
          <p class="px-4 py-10 text-text-2">
            The source could not be loaded{application.sourceProblem ? `: ${application.sourceProblem.title} (${application.sourceProblem.code})` : ''}.
          </p>
        ) : (
          <div class="bg-surface">
            <YamlSource text={application.source} />
          </div>
        ))}
      {view === 'versions' && <VersionList application={application} now={now} />}
      {view === 'log' && application.gathered && (
        <GatheredLog
          application={{
            id: application.id,
            pipelines: application.pipelines.map(({ name }) => name),
            environments: application.deployed.map(({ environment }) => environment),
          }}
          {...application.gathered}
          now={now}
        />
      )}
    </>
  );
});

const Overview = ({ application, now }: { application: Props['application']; now: number }) => (
  <div class="grid grid-cols-[minmax(0,1fr)] gap-8 px-3 py-5 sm:px-4">
    <section>
      <h2 class="mb-2 text-14 font-semibold">Routes</h2>
      {application.routes.length > 0 ? (
        <RouteTable routes={application.routes} origin={application.origin} />
      ) : (
        <p class="text-13 text-text-3">No HTTP routes.</p>
      )}
    </section>
    <section>
      <h2 class="mb-2 text-14 font-semibold">Pipelines</h2>
      <ul class="border-t border-line">
        {application.pipelines.map((pipeline) => (
          <li key={pipeline.name} class="flex h-9 items-center gap-2 border-b border-line text-13">
            <a
              class="row-link min-w-0 truncate font-medium"
              title={pipeline.name}
              href={`/executions?workflow=${encodeURIComponent(application.name)}&pipeline=${encodeURIComponent(pipeline.name)}`}
            >
              {pipeline.name}
            </a>
            {pipeline.trigger && <span class="ml-2 text-text-2">{pipeline.trigger}</span>}
            {pipeline.steps !== undefined && (
              <span class="mr-2 ml-auto whitespace-nowrap text-text-3 max-sm:hidden">
                {pipeline.steps} {pipeline.steps === 1 ? 'step' : 'steps'}
              </span>
            )}
            <a
              class={['btn btn-small', pipeline.steps === undefined ? 'ml-auto' : 'max-sm:ml-auto']}
              href={`${linkTo(application, 'graph')}&pipeline=${encodeURIComponent(pipeline.name)}`}
              aria-label={`Graph of ${pipeline.name}`}
            >
              Graph
            </a>
            <a
              class="btn btn-small"
              href={`/applications/${application.id}/debugging?pipeline=${encodeURIComponent(pipeline.name)}`}
              aria-label={`Debug ${pipeline.name}: breakpoints and mocks`}
            >
              Debug
            </a>
            <RunDialog
              workflow={{ id: application.id, name: application.name }}
              pipeline={pipeline.name}
              trigger={pipeline.trigger}
              deployed={application.deployed}
            />
          </li>
        ))}
      </ul>
    </section>
    {application.residency.length > 0 && <ResidencyRules lines={application.residency} />}
    {application.machines.length > 0 && (
      <section>
        <h2 class="mb-2 text-14 font-semibold">State machines</h2>
        <ul class="border-t border-line">
          {application.machines.map((machine) => (
            <li key={machine.name} class="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line py-1 text-13">
              <a class="row-link font-medium" href={machinePath({ workflow: application.name, name: machine.name, environment: PRODUCTION })}>
                {machine.name}
              </a>
              {machine.description && <span class="text-text-2">{machine.description}</span>}
              <span class="ml-auto text-text-3">
                {machine.states} {machine.states === 1 ? 'state' : 'states'}
              </span>
            </li>
          ))}
        </ul>
      </section>
    )}
    <section>
      <div class="mb-2 flex items-baseline gap-3">
        <h2 class="text-14 font-semibold">Recent executions</h2>
        <a class="link text-13" href={`/executions?workflow=${encodeURIComponent(application.name)}`}>
          All
        </a>
      </div>
      {application.executions.length === 0 ? (
        <p class="text-13 text-text-3">
          None yet. {application.deployed.length === 0 ? 'Deploy a version first, under Versions.' : 'Call one of the routes above, or run a pipeline.'}
        </p>
      ) : (
        <ul class="border-t border-line">
          {application.executions.map((row) => (
            <li key={row.execution_id} class="border-b border-line">
              <a
                class="grid min-h-9 grid-cols-[112px_minmax(0,1fr)_auto_auto] sm:grid-cols-[124px_minmax(0,1fr)_auto_auto] items-center gap-3 py-1 text-13 no-underline hover:bg-hover"
                href={`/executions/${row.execution_id}`}
              >
                <Status status={row.status} />
                <span class="truncate">
                  <span class="font-medium">{row.pipeline}</span>
                  {row.error && <span class="ml-3 text-text-2">{row.error.message}</span>}
                </span>
                <span class="text-text-2">
                  <Moment at={row.started_at} now={now} />
                </span>
                <span class="num w-[64px] text-right">{row.duration_ms === undefined ? '' : formatDuration(row.duration_ms)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  </div>
);

function editLink({ id, version, shownVersion }: Props['application']): string {
  return `/applications/${id}/edit${shownVersion === version ? '' : `?version=${shownVersion}`}`;
}

function linkTo(application: Props['application'], name: string, version = application.shownVersion): string {
  const params = new URLSearchParams();
  if (name !== 'overview') params.set('view', name);
  if (version !== application.version) params.set('version', String(version));
  return `/applications/${application.id}${params.size > 0 ? `?${params}` : ''}`;
}
