/**
 * What a trigger of the older generation starts: `workflow` and `action` name a pipeline, a transition of a state
 * machine, or a pipeline of another application of the tenant.
 */
import type { TriggerType } from '#contracts/events';
import type { PlainStep } from '#contracts/module';
import { type Application, freeName, refer } from '#language/application';
import type { Place } from '#language/checker';
import { compileSteps } from '#language/compile-pipeline';
import { didYouMean } from '#language/nearest';
import { stepsAt } from '#language/plain';
import type { MapNode } from '#language/source';

export interface WorkflowAction {
  place: Place;
  map: MapNode;
  /** Keys that may stand there. */
  keys: ReadonlySet<string>;
  type: TriggerType;
  /** Of a pipeline that has to be made for it. */
  name: string;
}

/** The pipeline to start; `undefined` when there is none, which has been said. */
export function workflowAction(app: Application, { place, map, keys, type, name }: WorkflowAction): string | undefined {
  const { checker } = app;
  const at = (key: string) => checker.given(map, place.path, key);
  const textOf = (entry: Place | undefined) => (entry?.node.kind === 'scalar' ? String(entry.node.value) : undefined);
  const pipeline = at('pipeline');
  if (pipeline) {
    let found: string | undefined;
    refer(app, pipeline, (known) => {
      found = known;
    });
    return found;
  }
  const workflow = at('workflow');
  const action = at('action');
  const names = [textOf(action), textOf(workflow)].map((each) => each?.replace(/^pipeline:/, ''));
  const known = names.find((each) => each !== undefined && app.pipelineNames.has(each));
  if (known !== undefined) return known;
  if (workflow && textOf(workflow)?.startsWith('pipeline:')) {
    refer(app, workflow, () => undefined);
    return undefined;
  }
  if (!workflow) {
    if (!(checker.meant(map, place.path, keys, 'pipeline') ?? checker.meant(map, place.path, keys, 'workflow')))
      checker.report.error(
        'missing_key',
        'A trigger needs a pipeline, or a workflow and its action.',
        `${place.path}.pipeline`,
        place.keyRange,
        'Write pipeline: and its name, or workflow: with action:.',
      );
    return undefined;
  }
  const target = checker.text(workflow, 'workflow');
  const verb = action && checker.text(action, 'action');
  if (target === undefined) return undefined;
  const transitions = app.machines.get(target);
  if (transitions) return transition(app, { place, target, verb, action, type, name }, transitions);
  return foreign(app, { place, workflow, target, verb, type, name });
}

interface Order {
  place: Place;
  target: string;
  verb: string | undefined;
  type: TriggerType;
  name: string;
}

function transition(app: Application, order: Order & { action: Place | undefined }, transitions: ReadonlySet<string>): string | undefined {
  const { place, target, verb, action } = order;
  if (verb === undefined || !transitions.has(verb)) {
    const hint = verb === undefined ? `One of ${[...transitions].join(', ')}.` : didYouMean(verb, transitions);
    app.checker.warn(
      'unknown_workflow',
      `The state machine "${target}" has no transition "${verb ?? ''}"; this trigger starts nothing.`,
      action ?? place,
      hint,
    );
    return undefined;
  }
  const step = 'step.statemachine_transition';
  const data = { _from: order.type === 'http' ? 'trigger.body' : 'trigger.data' };
  return made(app, order, [{ name: 'transition', type: step, config: { statemachine: target, event: verb, entity_id: INSTANCE, create: true, data } }]);
}

/** The instance that a request or an event is about: by the usual names of its identity; what has none is an instance of its own. */
const INSTANCE = '{{ coalesce .instance_id .instanceId .workflow_id .id .order_id .resource_id .meta.execution_id }}';

function foreign(app: Application, order: Order & { workflow: Place }): string | undefined {
  const { workflow, target, verb } = order;
  const { checker } = app;
  const known = [...app.pipelineNames, ...app.machines.keys()];
  const message = `No pipeline and no state machine of this application is named "${target}"; it is called as an application of the tenant when the trigger fires.`;
  checker.warn('unknown_workflow', message, workflow, didYouMean(target, known, `Deploy an application named ${target}, or name a pipeline of this document.`));
  if (!checker.catalogs.steps.has('step.workflow_call')) return undefined;
  return made(app, order, [
    {
      name: 'call',
      type: 'step.workflow_call',
      config: { workflow: target, ...(verb === undefined ? {} : { pipeline: verb }), mode: 'async', input: { _from: 'trigger' } },
    },
  ]);
}

function made(app: Application, { place, target, verb, type }: Order, steps: PlainStep[]): string {
  const wanted = `${target}-${verb ?? 'start'}`.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 90);
  const known = app.actionPipelines.get(wanted);
  if (known !== undefined) return known;
  const name = freeName(app, wanted);
  app.actionPipelines.set(wanted, name);
  app.pipelines.set(name, compileSteps(app.checker, stepsAt(place, steps), name, { type, config: {} }, app));
  return name;
}
