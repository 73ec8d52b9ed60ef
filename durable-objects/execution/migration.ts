/** Whether an execution could run on another definition, and moving it there. */
import type { Definition } from '#contracts/definition';
import type { MigrationOutcome, MigrationTarget } from '#contracts/execution-rpc';
import { obstacles } from '#engine/migrate';
import type { StartedState } from '#engine/state';
import { currentStep, statusOf } from '#engine/status';
import type { Desk } from '#objects/execution/controls';
import type { History } from '#objects/execution/history';
import type { ExecutionPorts } from '#objects/execution/ports';

/** With `by` it moves, where nothing stands against it. */
export async function migration(
  state: StartedState,
  target: MigrationTarget,
  history: History,
  desk: Desk,
  { definitions }: Pick<ExecutionPorts, 'definitions'>,
): Promise<MigrationOutcome> {
  if (history.isImported) return outcome(state, 'blocked', [{ code: 'read_only', message: 'It was imported, and never runs.' }]);
  if (state.facts.definition === target.definition) return outcome(state, 'current');
  const definition = await definitions.get(target.tenant, target.definition);
  if (!definition) throw new Error(`definition ${target.definition} is missing`);
  const found = await against(state, definition, history);
  if (found.length > 0 || target.by === undefined) return outcome(state, found.length > 0 ? 'blocked' : 'movable', found);
  await desk.recover();
  await desk.submit({ type: 'migrate', by: target.by, version: target.version, definition });
  const now = desk.state();
  // It may have gone on before the order came.
  if (now.facts.definition !== target.definition) return outcome(now, 'blocked', await against(now, definition, history));
  return { ...outcome(now, 'current'), moved: true };
}

async function against(state: StartedState, definition: Definition, history: History) {
  const { pipeline } = state.facts;
  const from = (await history.definition()).pipelines[pipeline]!;
  return obstacles(state, from, Object.hasOwn(definition.pipelines, pipeline) ? definition.pipelines[pipeline] : undefined);
}

function outcome(state: StartedState, verdict: MigrationOutcome['verdict'], obstacles: MigrationOutcome['obstacles'] = []): MigrationOutcome {
  const { execution_id, pipeline, version, definition, workflow_id, environment } = state.facts;
  const step = currentStep(state);
  const place = { execution_id, pipeline, version, status: statusOf(state), ...(step === undefined ? {} : { current_step: step }) };
  return { ...place, definition, workflow_id, environment, verdict, obstacles };
}
