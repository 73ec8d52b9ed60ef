/** A pipeline: its trigger, policy and steps, to a closed graph. */
import type { Pipeline } from '#contracts/definition';
import type { PipelineDefaults } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import { attributes } from '#language/compile-attributes';
import type { Asking } from '#language/compile-callers';
import { concurrency, debounce } from '#language/compile-concurrency';
import { deadLetter } from '#language/compile-dead-letter';
import { compileNodes, type Graph, type GraphContext, RESERVED_NAME, type StepSite } from '#language/compile-graph';
import { mask } from '#language/compile-mask';
import { defaultRetry, idempotency, MAX_PIPELINE_MS, MAX_RETENTION_MS, onError, positive, retry, saga } from '#language/compile-policy';
import { residency } from '#language/compile-residency';
import { type DataSchemas, triggerSchema } from '#language/compile-schemas';
import { compileTrigger, type TriggerInfo } from '#language/compile-trigger';
import { webhookOf } from '#language/compile-webhook';
import { PIPELINE_KEYS } from '#language/dialect';
import type { PipelineScope } from '#language/pipeline-scope';
import { sourceOf } from '#language/plain';
import type { MapNode, SourceNode } from '#language/source';

const PIPELINE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

export interface PipelineContext {
  /** `strict_templates` of the document. */
  strict: boolean;
  /** What holds where the pipeline says nothing: by the document, and by modules. */
  defaults: PipelineDefaults;
  /** Of the document, by name. */
  schemas: DataSchemas;
  usesDatabase: PipelineScope['usesDatabase'];
  refers: PipelineScope['refers'];
}

export interface CompiledPipeline {
  pipeline: Pipeline;
  trigger: TriggerInfo;
  /** Where it stands in the text, and where its steps do. */
  at: Place;
  sites: StepSite[];
  /** Steps that ask who sent the request. */
  asking: Asking[];
}

export function checkPipelineName(checker: Checker, name: string, place: Place): boolean {
  if (PIPELINE_NAME.test(name) && name !== RESERVED_NAME) return true;
  if (name === RESERVED_NAME) {
    checker.report.error('invalid_name', `A pipeline cannot be named "${name}".`, place.path, place.keyRange, 'Choose another name.');
    return false;
  }
  checker.report.error(
    'invalid_name',
    `"${name}" is not a pipeline name: letters, digits, "-", "_" and "." up to 100 characters.`,
    place.path,
    place.keyRange,
    `Write "${
      name
        .replace(/[^A-Za-z0-9_.-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 100) || 'main'
    }".`,
  );
  return false;
}

export function compilePipeline(checker: Checker, place: Place, name: string, context: PipelineContext): CompiledPipeline | undefined {
  const map = checker.map(place, `Pipeline "${name}"`);
  if (!map) {
    if (place.node.kind === 'scalar' && place.node.value === null)
      checker.report.error(
        'missing_key',
        `Pipeline "${name}" has no steps.`,
        `${place.path}.steps`,
        place.keyRange,
        'Write steps: [{name: answer, type: step.json_response, config: {body: {ok: true}}}].',
      );
    return undefined;
  }
  for (const entry of map.entries.values()) {
    if (!PIPELINE_KEYS.has(entry.key)) checker.unknownKey(entry, place.path, PIPELINE_KEYS, `pipeline "${name}"`);
  }
  const trigger = compileTrigger(checker, map, place);
  const steps = checker.given(map, place.path, 'steps') ?? checker.meant(map, place.path, PIPELINE_KEYS, 'steps');
  const items = steps && checker.list(steps, 'steps');
  if (!steps || (items && items.length === 0)) {
    checker.report.error(
      'missing_key',
      `Pipeline "${name}" has no steps.`,
      steps?.path ?? `${place.path}.steps`,
      steps?.keyRange ?? place.keyRange,
      'Write steps: [{name: answer, type: step.json_response, config: {body: {ok: true}}}].',
    );
  }
  const {
    verify,
    webhook,
    idempotency: delivery,
  } = trigger.type === 'webhook' ? webhookOf(checker, { ...place, node: map }, trigger, map.entries.has('idempotency')) : {};
  const own = items ?? [];
  const all = verify && own.length > 0 ? [sourceOf(verify, trigger.path?.keyRange ?? place.keyRange), ...own] : own;
  const { pipeline, ...told } = compileBody(checker, place, map, name, all, steps, trigger, context);
  const signed = webhook ? { ...pipeline, webhook } : pipeline;
  return { ...told, at: place, pipeline: delivery && !pipeline.idempotency ? { ...signed, idempotency: delivery } : signed, trigger };
}

/**
 * The pipeline of a route: only steps, the rest are defaults.
 *
 * @param at what the steps stand in, such as the route.
 */
export function compileSteps(
  checker: Checker,
  steps: Place,
  name: string,
  trigger: TriggerInfo,
  context: PipelineContext,
  at: Place = steps,
): CompiledPipeline {
  const items = checker.list(steps, 'steps') ?? [];
  if (items.length === 0)
    checker.report.error(
      'missing_key',
      'The route has no steps.',
      steps.path,
      steps.keyRange,
      'Write at least one: - {name: answer, type: step.json_response, config: {body: {ok: true}}}.',
    );
  const empty: MapNode = { kind: 'map', range: steps.node.range, entries: new Map() };
  return { ...compileBody(checker, steps, empty, name, items, steps, trigger, context), at, trigger };
}

function compileBody(
  checker: Checker,
  place: Place,
  map: MapNode,
  name: string,
  items: SourceNode[],
  steps: Place | undefined,
  trigger: TriggerInfo,
  context: PipelineContext,
): Pick<CompiledPipeline, 'pipeline' | 'sites' | 'asking'> {
  const [sites, asking]: [StepSite[], Asking[]] = [[], []];
  const at = (key: string) => checker.given(map, place.path, key);
  const timeout = at('timeout');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  const strict = at('strict_templates');
  const strictly = strict ? checker.flag(strict, 'strict_templates') : undefined;
  const kept = at('retention');
  const retention = (kept && checker.duration(kept, 'retention', MAX_RETENTION_MS)) ?? context.defaults.retention_ms;
  const error = onError(checker, at('on_error'));
  const undo = saga(checker, at('saga'));
  const key = idempotency(checker, at('idempotency'));
  const letters = deadLetter(checker, at('dead_letter'), context.defaults);
  const bound = concurrency(checker, at('concurrency'));
  const settling = debounce(checker, at('debounce'), bound);
  const searched = attributes(checker, at('attributes'));
  const home = residency(checker, at('residency'));
  const masked = mask(checker, at('mask'));
  const undoing = at('compensation');
  const shape = triggerSchema(checker, trigger.places?.get('schema'), context.schemas);
  const goesOn = !undo && (error === 'skip' || error === 'continue');
  const telling: GraphContext = { ...context, goesOn, asks: (each) => void asking.push(each), sited: (site) => void sites.push(site) };
  const graph: Graph = steps
    ? compileNodes(checker, steps, items, retry(checker, at('retry')) ?? defaultRetry(context.defaults), telling, undoing)
    : { nodes: [] };
  const pipeline: Pipeline = {
    name,
    trigger: { type: trigger.type, config: trigger.config },
    ...(shape ? { schema: shape } : {}),
    ...graph,
    on_error: error ?? (undo || graph.compensation ? 'compensate' : 'stop'),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    strict_templates: strictly ?? context.strict,
    ...(needsRawBody(checker, graph.nodes) ? { raw_body: true } : {}),
    ...(retention === undefined ? {} : { retention_ms: retention }),
    ...(key ? { idempotency: key } : {}),
    ...(undo ? { saga: undo } : {}),
    ...(letters ? { dead_letter: letters } : {}),
    ...(bound ? { concurrency: bound } : {}),
    ...(settling ? { debounce: settling } : {}),
    ...(searched ? { attributes: searched } : {}),
    ...(home === undefined ? {} : { residency: home }),
    ...(masked ? { mask: masked } : {}),
  };
  return { pipeline, sites, asking };
}

/** Whether a step, at whatever depth, wants the body of the request as it came. */
function needsRawBody(checker: Checker, part: unknown): boolean {
  if (Array.isArray(part)) return part.some((item) => needsRawBody(checker, item));
  if (typeof part !== 'object' || part === null) return false;
  const { type, config: _, ...rest } = part as { type?: unknown; config?: unknown };
  return (typeof type === 'string' && checker.catalogs.steps.get(type)?.rawBody === true) || Object.values(rest).some((item) => needsRawBody(checker, item));
}
