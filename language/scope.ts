/**
 * What a step sees: the "Context of a step" of the dialect, built from an execution's parts.
 *
 * Invariants
 * 1. `trigger`, `steps` and `meta` are always the real ones; no field of the data can hide them.
 * 2. Flat fields: for HTTP the body's keys, then query, then path parameters, then the trigger's own fields; for an event
 *    its envelope's fields, then those of its data; then the outputs of finished steps in order of completion, in a
 *    block the variables of its lane before the outputs of that lane. The later writer wins.
 * 3. What is only there for look-ups (`steps.x.output`, `.result`, `.response`, a path parameter under `trigger`) is not
 *    enumerable, so that it never appears where the value is written out.
 * 4. Nothing given is changed; in a turn, views of the same output are made once.
 */
import type { TriggerType } from '#contracts/events';
import { type FlagVerdict, flagVerdict } from '#contracts/flag';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { isolationOf } from '#contracts/quota';
import type { Scope } from '#contracts/step';
import { TurnCache } from '#contracts/turn-cache';
import type { EvaluationFrame } from '#engine/ports';
import { testCondition } from '#language/conditions';
import { type Frame, readPath } from '#language/expressions';
import { parsePath } from '#language/path';

export interface FinishedStep {
  name: string;
  output: Json;
  response?: JsonObject;
}

export interface ContextParts {
  trigger: Json;
  triggerType: TriggerType | string;
  /** In the order of completion; variables of a block's lane stand where they come in. */
  steps: readonly (FinishedStep | { variables: JsonObject })[];
  meta: JsonObject;
}

export function buildContext({ trigger, triggerType, steps, meta }: ContextParts): JsonObject {
  const context: JsonObject = {};
  const { layers, view } = lookups(trigger, triggerType);
  // An HTTP request's own fields (method, path, …) are the platform's words; an event is its data, the envelope only carries it.
  const isEvent = triggerType === 'event' || triggerType === 'eventbus';
  if (isEvent && isJsonObject(trigger)) assign(context, trigger);
  for (const layer of layers) assign(context, layer);
  if (!isEvent && isJsonObject(trigger)) assign(context, trigger);
  const views: JsonObject = {};
  for (const step of steps) {
    if ('variables' in step) {
      assign(context, step.variables);
      continue;
    }
    const fields = stepView(step);
    put(views, step.name, fields);
    assign(context, fields);
  }
  context.trigger = view;
  context.steps = views;
  context.meta = meta;
  return context;
}

/** Where the fields of a trigger may also be found, the weakest first. */
function lookupLayers(trigger: JsonObject, type: string): JsonObject[] {
  if (type === 'http' || type === 'webhook') return [trigger.body, trigger.query, trigger.path_params].filter((layer) => isJsonObject(layer));
  if (type === 'event' || type === 'eventbus') return isJsonObject(trigger.data) ? [trigger.data] : [];
  return [];
}

/** Of a trigger, the weakest layer first. */
interface Lookups {
  type: string;
  layers: readonly JsonObject[];
  view: Json;
}

/** The same for all steps of a turn. */
const madeLookups = new TurnCache<JsonObject, Lookups>();

function lookups(trigger: Json, type: string): Lookups {
  if (!isJsonObject(trigger)) return { type, layers: [], view: trigger };
  const before = madeLookups.get(trigger);
  if (before?.type === type) return before;
  const layers = lookupLayers(trigger, type);
  const made: Lookups = { type, layers, view: layers.length === 0 ? trigger : viewOf(trigger, layers) };
  madeLookups.set(trigger, made);
  return made;
}

function viewOf(trigger: JsonObject, layers: readonly JsonObject[]): JsonObject {
  const view: JsonObject = { ...trigger };
  for (const layer of [...layers].reverse()) for (const key of Object.keys(layer)) hide(view, key, layer[key]!);
  return view;
}

const stepViews = new TurnCache<JsonObject | Json[], { response: JsonObject | undefined; view: JsonObject }>();

function stepView({ output, response }: FinishedStep): JsonObject {
  if (typeof output !== 'object' || output === null) return makeView(output, response);
  const before = stepViews.get(output);
  if (before && before.response === response) return before.view;
  const view = makeView(output, response);
  stepViews.set(output, { response, view });
  return view;
}

/** An output stands under `result` as a whole: in plain sight where it is no object, else for look-ups. */
function makeView(output: Json, response: JsonObject | undefined): JsonObject {
  const view: JsonObject = isJsonObject(output) ? { ...output } : { result: output };
  hide(view, 'output', output);
  hide(view, 'result', output);
  if (response) hide(view, 'response', response);
  return view;
}

/** Adds a field for look-ups only, unless the value has one of that name. */
function hide(view: JsonObject, key: string, value: Json): void {
  if (!Object.hasOwn(view, key)) Object.defineProperty(view, key, { value, enumerable: false });
}

function put(target: JsonObject, key: string, value: Json): void {
  if (key !== '__proto__') target[key] = value;
}

function assign(target: JsonObject, fields: JsonObject): void {
  for (const key of Object.keys(fields)) put(target, key, fields[key]!);
}

/** The part of an engine's frame that the language reads. */
export function languageFrame(frame: EvaluationFrame): Frame {
  return { context: frame.context, now: frame.now, config: frame.definition.config, strict: frame.pipeline.strict_templates };
}

export function createScope(frame: EvaluationFrame): Scope {
  return new FrameScope(frame);
}

/** A class, for one is made twice in each step. */
class FrameScope implements Scope {
  readonly context: JsonObject;
  readonly now: number;
  readonly transform_bytes?: number;
  readonly #frame: EvaluationFrame;

  constructor(frame: EvaluationFrame) {
    this.#frame = frame;
    this.context = frame.context;
    this.now = frame.now;
    const { meta } = frame.context;
    const own = frame.definition.bounds && isolationOf(frame.definition.bounds, isJsonObject(meta) ? String(meta.tenant) : '');
    if (own?.transform_bytes !== undefined) this.transform_bytes = own.transform_bytes;
  }

  lookup(path: string): Json | undefined {
    const keys = parsePath(path);
    return keys && readPath(this.context, keys);
  }

  test(expression: string): boolean {
    return testCondition(expression, languageFrame(this.#frame));
  }

  flag(name: string, user: string | undefined): FlagVerdict {
    return flagVerdict(this.#frame.definition.flags ?? {}, name, user);
  }
}
