/**
 * One contestant in a process of its own, so that the CPU time of its runtime, and of the Node beside it, is its own.
 *
 * Messages, each answered once: a `StartOrder` -> `{pid, urls}`; `{indexed: true}` -> `{indexed}`. Ends with its parent.
 */
import { WORKLOADS } from '../calls.ts';
import { type Contestant, type StartOrder, startContestant } from './contestants.ts';

export interface Started {
  /** Of the runtime. */
  pid: number;
  /** By workload; a variant's name is added to the path. */
  urls: Record<string, string>;
}

let contestant: Contestant | undefined;

async function answer(message: StartOrder | { indexed: true }): Promise<object> {
  if ('indexed' in message) return { indexed: await contestant?.indexed?.() };
  contestant = await startContestant(message);
  return { pid: contestant.pid, urls: Object.fromEntries(WORKLOADS.map(({ name }) => [name, contestant!.urlOf(name)])) };
}

process.on('message', async (message: StartOrder | { indexed: true }) => {
  process.send?.(await answer(message).catch((error: Error) => ({ failure: error.stack ?? error.message })));
});

process.on('disconnect', async () => {
  await contestant?.dispose();
  process.exit(0);
});
