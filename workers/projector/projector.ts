/**
 * The projector: rows of finished and shown executions from the queue into the region's lists.
 *
 * 1. A message is acknowledged after the commits, never before; a batch is one commit to each list.
 * 2. Doing a message twice changes nothing (a list keeps the greatest `seq`), so a retry is always right.
 * 3. What cannot be understood never will be: it is acknowledged and logged with its id, and holds up nothing.
 */
import type { ProjectionEnvelope, ProjectionMessage } from '#contracts/execution';
import type { ExecutionIndex } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { rowsOf } from '#workers/projector/projection-rows';
import { storesOf } from '#workers/stores';

const RETRY_SECONDS = 5;

/** A list that is made of the rows; each takes from them what is its own. */
export type Projection = Pick<ExecutionIndex, 'project'>;

/** The queue's consumer. */
export function projectBatch(batch: MessageBatch<ProjectionEnvelope | ProjectionMessage>, env: Pick<RegionEnv, 'DB' | 'STORE'>): Promise<void> {
  const { executions, deadLetters } = storesOf(env);
  return projectInto([executions, deadLetters], batch);
}

export async function projectInto(lists: readonly Projection[], batch: MessageBatch<unknown>): Promise<void> {
  const understood: Message<unknown>[] = [];
  const rows: ProjectionMessage[] = [];
  for (const message of batch.messages) {
    const found = rowsOf(message.body);
    if (found.problem === undefined) {
      understood.push(message);
      rows.push(...found.rows);
    } else {
      log('projection_message_invalid', `message ${message.id} is dropped: ${found.problem}`);
      message.ack();
    }
  }
  if (understood.length === 0) return;
  try {
    for (const list of lists) await list.project(rows);
  } catch (error) {
    log('projection_failed', `${understood.length} messages go back to the queue: ${error instanceof Error ? error.message : String(error)}`);
    for (const message of understood) message.retry({ delaySeconds: RETRY_SECONDS });
    return;
  }
  for (const message of understood) message.ack();
}

function log(code: string, message: string): void {
  console.error(JSON.stringify({ level: 'error', code, message }));
}
