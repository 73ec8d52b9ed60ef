/** The board of the pipeline that a path names, and what may be put on it. */
import type { z } from 'zod';
import type { boardQuery, boardsQuery } from '#contracts/api-debugging';
import type { Board, BoardKind, BoardName, Breakpoint, Mock, OnBoard } from '#contracts/debugging';
import type { Pipeline } from '#contracts/definition';
import type { Node } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { meansStep, namesOf, nodesByPath } from '#engine/step-names';
import { compileCondition, holdsSecret } from '#language/conditions';
import { nearest } from '#language/nearest';
import type { Page } from '#storage/platform-ports';
import type { Call } from '#workers/api/endpoint';
import { namesOf as indexNamesOf } from '#workers/api/execution-names';
import { type Target, targetOf } from '#workers/api/target';
import { instant } from '#workers/api/views';
import { boardChanged } from '#workers/boards';

/** What may be wrong with the pipeline that is named. */
export const BOARD_PROBLEMS = ['unknown_pipeline', 'ambiguous_pipeline', 'not_deployed'] as const;

/** Later than any clock. */
export const FOREVER = 8_640_000_000_000_000;

/** Throws Problem: unknown_pipeline, ambiguous_pipeline, not_deployed. */
export async function boardOf(call: Call, environment: string): Promise<Target & { name: BoardName }> {
  const target = await targetOf(call, { pipeline: call.params.pipeline!, environment });
  return { ...target, name: { tenant: call.tenant, environment, workflow: target.deployment.workflow, pipeline: target.pipeline.name } };
}

/** Takes entries off the board of the pipeline that the path names. Throws Problem, as `boardOf`. */
export async function removeFrom(
  call: Call<z.output<typeof boardQuery>>,
  remove: (name: BoardName) => Promise<number>,
): Promise<{ name: BoardName; removed: number }> {
  const { name } = await boardOf(call, call.query.environment);
  const removed = await remove(name);
  if (removed > 0) boardChanged(name);
  return { name, removed };
}

/** What stands on the boards of the workflows that the caller reaches. Throws Problem: unknown_workflow, invalid_cursor. */
export async function listBoards<K extends BoardKind>(call: Call<z.output<typeof boardsQuery>>, kind: K): Promise<Page<OnBoard<K>>> {
  const { environment, workflow, pipeline, limit = LIMITS.listDefault, cursor } = call.query;
  const names = await indexNamesOf(call, workflow, pipeline);
  const reached = await call.access.workflows();
  return call.stores.boards.list(call.tenant, kind, {
    ...names,
    ...(reached ? { workflows: [...reached.names] } : {}),
    ...{ environment, limit, cursor, now: call.now },
  });
}

/** A step by its name, its path in blocks, or the name of one of its runs. Throws Problem: unknown_step. */
export function stepOf(pipeline: Pipeline, step: string): Node {
  const paths = nodesByPath(pipeline);
  const meant = namesOf(step).find((name) => paths.has(name)) ?? [...paths.keys()].find((path) => meansStep(step, path));
  if (meant !== undefined) return paths.get(meant)!;
  const names = [...paths.keys()];
  const close = nearest(step, names);
  throw new Problem('unknown_step', `${pipeline.name} has no step ${step.slice(0, 100)}.`, {
    extra: { hint: close ? `Did you mean ${close}?` : `Its steps are ${names.slice(0, 50).join(', ')}.`, steps: names.slice(0, 50) },
  });
}

/** Throws Problem: invalid_condition. */
export function checkCondition(pipeline: Pipeline, condition: string): void {
  const refuse = (message: string, hint?: string) => {
    throw new Problem('invalid_condition', `condition: ${message}`, {
      errors: [{ code: 'invalid_condition', message, path: 'condition', ...(hint ? { hint } : {}) }],
    });
  };
  if (holdsSecret(condition)) refuse('a secret has no value in a condition');
  let paths: ReturnType<typeof compileCondition>['paths'] = [];
  try {
    ({ paths } = compileCondition(condition));
  } catch (error) {
    refuse((error as Error).message, (error as { hint?: string }).hint);
  }
  const names = pipeline.nodes.map((node) => node.name);
  for (const { keys } of paths) {
    const [root, step] = keys;
    if (root !== 'steps' || typeof step !== 'string' || names.includes(step)) continue;
    const close = nearest(step, names);
    refuse(`${pipeline.name} has no step ${step}`, close ? `Did you mean ${close}?` : undefined);
  }
}

function entryView({ workflow, pipeline, environment }: BoardName, { created_at, expires_at, ...entry }: Breakpoint | Mock) {
  return { ...entry, workflow, pipeline, environment, created_at: instant(created_at), expires_at: expires_at >= FOREVER ? null : instant(expires_at) };
}

export function breakpointView(name: BoardName, breakpoint: Breakpoint) {
  const { id, step, condition, notify, created_by } = breakpoint;
  return { ...entryView(name, breakpoint), id, step, notify, created_by, action: 'pause' as const, ...(condition === undefined ? {} : { condition }) };
}

export function mockView(name: BoardName, mock: Mock) {
  return { ...entryView(name, mock), id: mock.id, step: mock.step, created_by: mock.created_by, answers: mock.answers };
}

export function breakpointsPage(name: BoardName, board: Board) {
  return { items: board.breakpoints.map((breakpoint) => breakpointView(name, breakpoint)), next_cursor: null };
}

export function mocksPage(name: BoardName, board: Board) {
  return { items: board.mocks.map((mock) => mockView(name, mock)), next_cursor: null };
}
