/**
 * What an exported execution says must agree with itself: every number, every payload, the state. The chain has been
 * checked by whoever read it (`read.ts`).
 */
import { createHash } from 'node:crypto';
import { type LogEvent, payloadRefs } from '#contracts/events';
import { Problem } from '#contracts/problems';
import { fold } from '#engine/evolve';
import { isStarted } from '#engine/state';
import { statusOf } from '#engine/status';
import { summarize } from '#engine/summary';
import { buildTimeline } from '#engine/timeline';
import type { PortableExecution } from '#portable/read';
import { stateHash } from '#portable/state-hash';

/** Throws Problem('invalid_export') at the first thing that does not agree. */
export function verifyExport(file: PortableExecution): void {
  const { header, events, seal } = file;
  const first = events[0];
  if (first?.type !== 'execution.started') throw refuse('The log does not begin with execution.started.');
  const { data } = first;
  if (data.execution_id !== header.execution_id || data.tenant_id !== header.tenant) throw refuse('The header names another execution than the log.');
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) throw refuse(`Event ${index + 1} has the number ${event.seq}: the log has a gap.`);
    if (index > 0 && event.type === 'execution.started') throw refuse(`Event ${event.seq} starts the execution again.`);
  }
  if (seal.events !== events.length) throw refuse(`The seal counts ${seal.events} events; there are ${events.length}.`);
  if (seal.payloads !== file.payloads.size) throw refuse(`The seal counts ${seal.payloads} payloads; there are ${file.payloads.size}.`);
  if (header.content === 'export') {
    verifyPayloads(file);
    for (const { hash, definition } of file.definitions) {
      if (definition.hash !== hash) throw refuse(`The definition ${hash.slice(0, 12)} says of itself that it is ${definition.hash.slice(0, 12)}.`);
    }
  }
  verifyState(events, seal);
}

function verifyPayloads({ events, payloads }: PortableExecution): void {
  const wanted = new Set<string>();
  for (const event of events) {
    for (const ref of payloadRefs(event)) {
      wanted.add(ref.key);
      const payload = payloads.get(ref.key);
      if (!payload) throw refuse(`Event ${event.seq} refers to a value that is not in the file (${ref.sha256.slice(0, 12)}).`);
      const size = new TextEncoder().encode(payload.text).byteLength;
      if (createHash('sha256').update(payload.text).digest('hex') !== ref.sha256 || size !== ref.size) {
        throw refuse(`The value that event ${event.seq} refers to is not the one in the file (${ref.sha256.slice(0, 12)}).`);
      }
    }
  }
  for (const key of payloads.keys()) if (!wanted.has(key)) throw refuse(`No event refers to the payload ${key.slice(0, 200)}.`);
}

/** The fold, and what pages make of it: a log that no engine has written may break either. */
function verifyState(events: LogEvent[], seal: PortableExecution['seal']): void {
  let status: string;
  let hash: string;
  try {
    const state = fold(events);
    status = statusOf(state);
    hash = stateHash(state);
    if (!isStarted(state) || !buildTimeline(events)) throw new Error('it does not start');
    summarize(state);
  } catch (error) {
    throw refuse(`The log cannot be folded: ${error instanceof Error ? error.message.slice(0, 200) : 'it is not what an engine writes'}.`);
  }
  if (status !== seal.status) throw refuse(`The log comes to ${status}; the seal says ${seal.status}.`);
  if (hash !== seal.state_hash) throw refuse('The state that the log comes to is not the one that was sealed.');
}

function refuse(message: string): Problem {
  return new Problem('invalid_export', message);
}
