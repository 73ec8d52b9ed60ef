/**
 * The projector: rows of executions and of state machines from the queue into the region's lists.
 *
 * 1. A message is acknowledged after the commits, never before; a batch is one commit to each list.
 * 2. Doing a message twice changes nothing (a list keeps the greatest `seq`), so a retry is always right.
 * 3. What cannot be understood never will be: it is acknowledged and logged with its id, and holds up nothing.
 */
import type { ProjectionEnvelope, ProjectionMessage } from '#contracts/execution';
import type { ExecutionIndex } from '#storage/execution-ports';
import type { MachineIndex } from '#storage/machine-ports';
import type { RegionEnv } from '#workers/env';
import { observations } from '#workers/observer/observers';
import { type Rows, rowsOf } from '#workers/projector/projection-rows';
import { storesOf } from '#workers/stores';

/** A message goes back for so long the first time, then for twice as long, seconds. With the tries that `wrangler.toml` gives it, that is hours. */
const FIRST_RETRY = 5;
const LONGEST_RETRY = 300;

/** A list that is made of the rows; each takes from them what is its own. */
export type Projection = Pick<ExecutionIndex, 'project'>;

export interface ProjectedLists {
  executions: readonly Projection[];
  machines: Pick<MachineIndex, 'project'>;
}

/** The queue's consumer. */
export function projectBatch(batch: MessageBatch<ProjectionEnvelope | ProjectionMessage>, env: RegionEnv): Promise<void> {
  const { executions, deadLetters, machines } = storesOf(env);
  return projectInto({ executions: [executions, deadLetters, observations(env)], machines }, batch);
}

export async function projectInto(lists: ProjectedLists, batch: MessageBatch<unknown>): Promise<void> {
  const understood: Message<unknown>[] = [];
  const rows: Rows = { executions: [], machines: [] };
  for (const message of batch.messages) {
    const found = rowsOf(message.body);
    if (found.problem === undefined) {
      understood.push(message);
      rows.executions.push(...found.rows.executions);
      rows.machines.push(...found.rows.machines);
    } else {
      log('projection_message_invalid', `message ${message.id} is dropped: ${found.problem}`);
      message.ack();
    }
  }
  if (understood.length === 0) return;
  try {
    if (rows.executions.length > 0) for (const list of lists.executions) await list.project(rows.executions);
    if (rows.machines.length > 0) await lists.machines.project(rows.machines);
  } catch (error) {
    log('projection_failed', `${understood.length} messages go back to the queue: ${error instanceof Error ? error.message : String(error)}`);
    for (const message of understood) message.retry({ delaySeconds: Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(message.attempts - 1, 10)) });
    return;
  }
  for (const message of understood) message.ack();
}

function log(code: string, message: string): void {
  console.error(JSON.stringify({ level: 'error', code, message }));
}
