/** Of several messages about one execution only the newest counts; so each row is written once a batch. */
import type { ProjectionMessage } from '#contracts/execution';

export function newestOf(messages: ProjectionMessage[]): ProjectionMessage[] {
  const newest = new Map<string, ProjectionMessage>();
  for (const message of messages) {
    const key = `${message.summary.tenant}/${message.summary.execution_id}`;
    const known = newest.get(key);
    if (!known || known.seq < message.seq) newest.set(key, message);
  }
  return [...newest.values()];
}
