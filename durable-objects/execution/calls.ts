/**
 * Both ends of a call: a called execution tells its end to the step that waits, and a stopped one has those that it
 * called cancelled. Each is told until it was heard; telling twice changes nothing.
 */
import type { Parent } from '#contracts/events';
import type { CallReport } from '#contracts/execution-rpc';
import { isCalling, orphans, reportOf, signalOf } from '#engine/calls';
import type { StartedState } from '#engine/state';
import type { Desk } from '#objects/execution/controls';

export interface CallPorts {
  /** Tells a caller that what it called has ended. */
  report(tenant: string, parent: Parent, report: CallReport): Promise<void>;
  /** Cancels an execution that nobody waits for any more. */
  cancel(tenant: string, executionId: string, by: string): Promise<void>;
}

export class Calls {
  readonly #told = new Set<string>();
  #reported = false;

  /** Whether nobody is left to be told. */
  isSettled(state: StartedState): boolean {
    return (this.#reported || !reportOf(state)) && orphans(state).every((id) => this.#told.has(id));
  }

  async settle(state: StartedState, ports: CallPorts): Promise<void> {
    const { tenant_id, execution_id } = state.facts;
    for (const id of orphans(state)) {
      if (this.#told.has(id)) continue;
      await ports.cancel(tenant_id, id, `execution:${execution_id}`);
      this.#told.add(id);
    }
    const end = this.#reported ? undefined : reportOf(state);
    if (!end) return;
    await ports.report(tenant_id, end.parent, end.report);
    this.#reported = true;
  }
}

/** At the caller's door. */
export async function childEnded(state: StartedState, report: CallReport, desk: Desk): Promise<void> {
  await desk.submit({ type: 'signal', signal: signalOf(report), keep: isCalling(state, report.step_name) });
}
