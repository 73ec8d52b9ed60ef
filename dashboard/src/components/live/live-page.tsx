/**
 * What runs at this moment, by the live messages of the platform. Newest first; what has ended stays for a moment, so that
 * one sees how. Messages are taken in at once and drawn a few times a second, so a busy platform costs what a quiet one does.
 */
import { component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionStatus } from '#contracts/execution';
import { LiveRunCard } from '~/components/live/live-run';
import { EmptyState } from '~/components/ui/empty-state';
import { call } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { liveQuery, pageQuery } from '~/lib/filters';
import { adopt, emptyBoard, type LiveCounts, type LiveView, outline, type Skeleton, take, viewOf } from '~/lib/live-board';
import { listen } from '~/lib/live-source';
import { serverNow } from '~/lib/server-clock';
import { formatCount } from '~/lib/time';
import type { TimelineAnswer } from '~/lib/timeline';

export interface LiveFilters {
  workflow?: string;
  pipeline?: string;
  status?: ExecutionStatus;
  environment?: string;
  /** Search attributes, as they are written in the field. */
  attributes?: string;
}

interface Props {
  filters: LiveFilters;
  /** Latest version of each workflow, by name: where the steps to come are found. */
  workflows: { name: string; id: string; version: number }[];
  /** Ids of those that were under way when the page was made. */
  underWay: string[];
}

const DRAWN = 24;
const LINGER_MS = 12_000;
/** Between two pictures; what comes after a silence is drawn at once. */
const DRAW_EVERY_MS = 60;
const TICK_MS = 250;
const AT_ONCE = 6;

export const LivePage = component$<Props>(({ filters, workflows, underWay }) => {
  const view = useSignal<LiveView>({ runs: [], more: 0, running: 0 });
  const counts = useSignal<LiveCounts>({ started: 0, completed: 0, failed: 0 });
  const now = useSignal(0);
  const connection = useSignal<'connecting' | 'on' | 'lost'>('connecting');

  useVisibleTask$(
    async ({ cleanup }) => {
      const board = emptyBoard();
      const skeletons = new Map<string, Promise<void>>();
      const known = new Map<string, Skeleton>();
      let planned = false;
      let drawnAt = Number.NEGATIVE_INFINITY;
      const draw = () => {
        planned = false;
        drawnAt = performance.now();
        now.value = serverNow();
        view.value = viewOf(board, (run) => !filters.status || run.status === filters.status, { now: now.value, most: DRAWN, lingerMs: LINGER_MS });
        counts.value = { ...board.counts };
      };
      const plan = () => {
        if (planned) return;
        planned = true;
        setTimeout(draw, Math.max(0, drawnAt + DRAW_EVERY_MS - performance.now()));
      };
      /** Once for each workflow: the steps of its pipelines, as the latest version has them. */
      const learn = (name: string) => {
        const workflow = workflows.find((one) => one.name === name);
        if (!workflow || skeletons.has(name)) return;
        const asked = call<VersionDetail>(`/api/v1/workflows/${workflow.id}/versions/${workflow.version}`).then((answer) => {
          if (!answer.ok) return;
          for (const pipeline of Object.values(answer.value.definition.pipelines)) {
            const skeleton = pipeline.nodes.slice(0, pipeline.main ?? pipeline.nodes.length).map((node) => ({ name: node.name, type: node.type }));
            known.set(`${name}.${pipeline.name}`, skeleton);
            outline(board, name, pipeline.name, skeleton);
          }
          plan();
        });
        skeletons.set(name, asked);
      };
      const look = async (ids: string[]) => {
        for (let from = 0; from < ids.length; from += AT_ONCE) {
          await Promise.all(
            ids.slice(from, from + AT_ONCE).map(async (id) => {
              const answer = await call<TimelineAnswer>(`/api/v1/executions/${id}/timeline?values=none&limit=200`);
              if (!answer.ok) return;
              adopt(board, answer.value, serverNow());
              learn(answer.value.workflow);
              const skeleton = known.get(`${answer.value.workflow}.${answer.value.pipeline}`);
              if (skeleton) outline(board, answer.value.workflow, answer.value.pipeline, skeleton);
            }),
          );
          plan();
        }
      };
      const stop = listen(
        liveQuery(filters),
        (event, data) => {
          learn(data.workflow);
          take(board, event, data, known.get(`${data.workflow}.${data.pipeline}`));
          plan();
        },
        (state) => {
          const regained = connection.value === 'lost' && state === 'on';
          connection.value = state;
          // What went by unheard is asked for: of those that are drawn, and were running.
          if (regained) look(view.value.runs.filter(({ ended_at }) => ended_at === undefined).map(({ execution_id }) => execution_id));
        },
      );
      const ticker = setInterval(() => {
        if (view.value.runs.length > 0) draw();
      }, TICK_MS);
      cleanup(() => {
        stop();
        clearInterval(ticker);
      });
      document.body.dataset.live = 'ready';
      await look(underWay);
    },
    { strategy: 'document-ready' },
  );

  return (
    <div>
      <p class="flex flex-wrap items-center gap-x-5 gap-y-1 border-b border-line px-3 py-2 text-13 sm:px-4">
        <span class="inline-flex items-center gap-2" role="status">
          <span class="live-dot" data-on={connection.value === 'on' ? 'true' : undefined} />
          {connection.value === 'lost'
            ? 'The connection was lost. It is tried again; executions that start meanwhile are not shown.'
            : connection.value === 'on'
              ? 'Live'
              : 'Connecting'}
        </span>
        <span class="flex flex-wrap gap-x-3 whitespace-nowrap text-text-2 tabular-nums">
          <span>{formatCount(view.value.running)} under way</span>
          <span class="text-text-3">since you opened the page: {formatCount(counts.value.started)} started</span>
          <span class={counts.value.completed > 0 ? 'text-ok' : 'text-text-3'}>{formatCount(counts.value.completed)} completed</span>
          <span class={counts.value.failed > 0 ? 'text-bad' : 'text-text-3'}>{formatCount(counts.value.failed)} went wrong</span>
        </span>
      </p>
      {view.value.runs.length === 0 ? (
        <EmptyState heading="Nothing runs at this moment">
          <p>An execution shows up here as it starts, step by step. Leave the page open, or start one.</p>
          <p class="mt-4 flex justify-center gap-2">
            <a class="btn" href="/applications">
              Applications
            </a>
            <a class="btn btn-quiet" href="/executions">
              What has run
            </a>
          </p>
        </EmptyState>
      ) : (
        <ul class="live-runs" aria-label="Executions that run">
          {view.value.runs.map((run) => (
            <LiveRunCard key={run.execution_id} run={run} now={now.value} />
          ))}
        </ul>
      )}
      {view.value.more > 0 && (
        <p class="px-3 py-3 text-13 text-text-2 sm:px-4">
          {formatCount(view.value.more)} more are under way.{' '}
          <a href={`/executions${pageQuery({ ...filters, status: 'running', live: true }, {})}`}>See all as a list</a>
        </p>
      )}
    </div>
  );
});
