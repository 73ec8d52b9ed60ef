/** The letter that a failed execution left: looked at, or closed. What the list of letters shows is a projection of it. */
import type { DeadLetterFacts } from '#contracts/execution';
import type { DeadLetterOrder, Origin } from '#contracts/execution-rpc';
import { deadLetterFacts } from '#engine/summary';
import type { Desk } from '#objects/execution/controls';

export async function deadLetter(desk: Desk, order?: DeadLetterOrder): Promise<{ facts: Origin['facts']; letter: DeadLetterFacts | null }> {
  if (order) await desk.submit({ type: 'dead_letter', ...order });
  const { recorded: _, dry_run: __, ...facts } = desk.state().facts;
  return { facts, letter: deadLetterFacts(desk.state()) ?? null };
}
