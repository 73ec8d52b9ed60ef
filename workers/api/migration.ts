/**
 * Running executions of a workflow, and what another version means for each. They are found by the index, and each is
 * asked itself: it alone knows what it has been through.
 */
import type { MigrationOutcome, MigrationTarget } from '#contracts/execution-rpc';
import { Problem } from '#contracts/problems';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import type { Workflow } from '#storage/platform-ports';
import type { Call } from '#workers/api/endpoint';
import { executionStub } from '#workers/execution-stub';

/** Statuses of executions that go on, in the order in which they are looked through. */
const OPEN = ['running', 'waiting', 'paused', 'compensating'] as const;
const CURSOR = 'impact';
/** Simultaneous connections of an invocation. */
const AT_ONCE = 6;
const DEFAULT_PAGE = 50;

export interface VersionTarget {
  workflow: Pick<Workflow, 'id' | 'name'>;
  environment: string;
  version: number;
  /** Content hash. */
  definition: string;
}

/** What a version is in an environment: with the overrides of it, where it is deployed there. Throws Problem('unknown_workflow'). */
export async function versionTarget(call: Call, workflow: Workflow, version: number, environment: string): Promise<VersionTarget> {
  const active = await call.stores.deployments.active(call.tenant, workflow.name, environment);
  const target = { workflow, environment, version };
  if (active?.workflow_id === workflow.id && active.version === version) return { ...target, definition: active.hash };
  const found = await call.stores.workflows.version(call.tenant, workflow.id, version);
  if (!found) throw new Problem('unknown_workflow', `${workflow.name} has no version ${version}; its latest is ${workflow.latest_version}.`);
  return { ...target, definition: found.hash };
}

/** A page of the running executions, each with its verdict; with `by`, those that can are moved. */
export async function outcomes(
  call: Call,
  { workflow, environment, version, definition }: VersionTarget,
  page: { limit?: number; cursor?: string; by?: string },
): Promise<{ items: MigrationOutcome[]; next_cursor: string | null }> {
  const { ids, next_cursor } = await openExecutions(call, workflow.name, environment, page.limit ?? DEFAULT_PAGE, page.cursor);
  const target: MigrationTarget = { tenant: call.tenant, definition, version, ...(page.by === undefined ? {} : { by: page.by }) };
  const items: MigrationOutcome[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const asked = ids.slice(from, from + AT_ONCE).map((id) => executionStub(call.env, id).migration(call.tenant, target));
    for (const found of await Promise.all(asked)) {
      // What has ended since the index was written, and what is another workflow's of the same name, is not meant.
      if (found && found.workflow_id === workflow.id && found.obstacles[0]?.code !== 'ended') items.push(found);
    }
  }
  return { items, next_cursor };
}

async function openExecutions(call: Call, workflow: string, environment: string, limit: number, cursor: string | undefined) {
  const [first, inner] = cursor === undefined ? [0, ''] : decodeCursor(CURSOR, ['number', 'string'], cursor);
  const ids: string[] = [];
  for (let index = first; index < OPEN.length; index++) {
    const from = index === first && inner !== '' ? { cursor: inner } : {};
    const page = await call.stores.executions.list(call.tenant, { workflow, environment, status: OPEN[index]!, limit: limit - ids.length, ...from });
    ids.push(...page.items.map((row) => row.execution_id));
    if (page.next_cursor !== null) return { ids, next_cursor: encodeCursor(CURSOR, [index, page.next_cursor]) };
    if (ids.length >= limit && index + 1 < OPEN.length) return { ids, next_cursor: encodeCursor(CURSOR, [index + 1, '']) };
  }
  return { ids, next_cursor: null };
}
