/** What must hold between an execution and those that it has called. */
import { orphans, reportOf } from '#engine/calls';
import { isStarted } from '#engine/state';
import type { Desk } from './desk.ts';
import type { Stage } from './stage.ts';
import { holds } from './violation.ts';

export function checkCalls(stage: Stage): void {
  const children = [...stage.called.values()];
  for (const child of children) checkCall(stage.root, child);
  const ids = new Set(children.map(({ id }) => id));
  for (const event of stage.root.log) {
    if (event.type === 'wait.started' && event.data.kind === 'call') holds(ids.has(event.data.event), 'what is waited for was called');
  }
}

/** A step that completed with a call has what the called execution came to; nobody is left running that nobody waits for. */
function checkCall({ state, log }: Desk, child: Desk): void {
  holds(isStarted(state) && isStarted(child.state), 'what was called has started');
  const { parent } = child.state.facts;
  holds(parent?.execution_id === state.facts.execution_id, 'a called execution knows who has called it');
  if (!parent.waits) return;
  const end = reportOf(child.state);
  for (const event of log) {
    if (event.type !== 'step.output_recorded' || event.data.step_name !== parent.step_name || !('value' in event.data.output)) continue;
    const value = event.data.output.value as { from?: string; came?: unknown } | null;
    if (value?.from !== child.id) continue;
    holds(end !== undefined && 'output' in end.report, `a step completes with a call that completed: ${child.id}`);
    holds(JSON.stringify(value.came) === JSON.stringify(end.report.output), `a step gets what the called execution came to: ${child.id}`);
  }
  const cut = log.some(({ type, data }) => type === 'step.failed' && data.step_name === parent.step_name && data.error.code === 'step_stopped');
  holds(!cut, `a call that has gone out is not cut off: ${child.id}`);
  if (!orphans(state).includes(child.id)) return;
  const ended = child.log.find(({ type }) => type.startsWith('execution.') && type !== 'execution.started');
  const told = child.log.some(({ type, data }) => type === 'cancel.requested' && (data as { by?: string }).by === `execution:${state.facts.execution_id}`);
  holds(told || ended !== undefined || child.log.some(({ type }) => type === 'saga.compensating'), `a cancel goes down: ${child.id}`);
}
