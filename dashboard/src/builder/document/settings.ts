/** What is set of a step, a pipeline or its trigger: each change is written where the setting stands. */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { Draft, Order } from '../yaml/edit';
import { EditRefused, type Path } from '../yaml/tree';
import { type StepType, settingsOf } from './catalog';
import { settingAt } from './outline';
import { STEP_ORDER } from './steps';

const PIPELINE_ORDER: Order = [
  'description',
  'trigger',
  'idempotency',
  'timeout',
  'retry',
  'on_error',
  'saga',
  'dead_letter',
  'concurrency',
  'steps',
  'compensation',
];
const TRIGGER_ORDER: Order = ['type', 'method', 'path', 'topic', 'cron', 'schema', 'config'];

/** The settings that a form shows: from `config`, and those beside it. */
export function settingsIn(step: JsonObject, type: StepType): JsonObject {
  return Object.fromEntries(
    Object.keys(settingsOf(type)).flatMap((key) => {
      const at = settingAt(step, key);
      return at === undefined || (at.path.length === 1 && STEP_ORDER.includes(key)) ? [] : [[key, at.value]];
    }),
  );
}

/** Gives the step the settings of a form. What the form does not know stays. */
export function setSettings(draft: Draft, path: Path, type: StepType, next: JsonObject): void {
  const order = Object.keys(settingsOf(type));
  for (const [key, value] of Object.entries(next)) setSetting(draft, path, key, value, order);
  const step = draft.get(path);
  const were = isJsonObject(step) ? settingsIn(step, type) : {};
  for (const key of Object.keys(were)) if (!Object.hasOwn(next, key)) setSetting(draft, path, key, undefined, order);
}

function setSetting(draft: Draft, path: Path, key: string, value: Json | undefined, order: Order): void {
  const step = draft.get(path);
  if (!isJsonObject(step)) return;
  const at = settingAt(step, key);
  const beside = at?.path.length === 1 && !STEP_ORDER.includes(key);
  const place = [...path, ...(at && (beside || at.path.length === 2) ? at.path : ['config', key])];
  if (value === undefined) draft.prune(place, path.length);
  else draft.set(place, value, place.length === path.length + 2 && at === undefined && step.config === undefined ? STEP_ORDER : order);
}

/** What stands beside `config`: when a step runs, and how it is tried. */
export function setStepKey(draft: Draft, path: Path, key: string, value: Json | undefined): void {
  if (value === undefined) draft.remove([...path, key]);
  else draft.set([...path, key], value, STEP_ORDER);
}

export function setPipelineKey(draft: Draft, path: Path, key: string, value: Json | undefined): void {
  if (value === undefined) draft.remove([...path, key]);
  else draft.set([...path, key], value, PIPELINE_ORDER);
}

/** Of a pipeline: its trigger may be missing, and its settings may stand under `config`. */
export function setTrigger(draft: Draft, pipeline: Path, next: JsonObject): void {
  const path: Path = [...pipeline, 'trigger'];
  const own = draft.get(path);
  if (!isJsonObject(own)) return draft.set(path, next, PIPELINE_ORDER);
  for (const [key, value] of Object.entries(next)) {
    const nested = settingAt(own, key)?.path ?? (isJsonObject(own.config) && key !== 'type' ? ['config', key] : [key]);
    draft.set([...path, ...nested], value, TRIGGER_ORDER);
  }
  const config = isJsonObject(own.config) ? Object.keys(own.config).map((key): Path => ['config', key]) : [];
  const beside = Object.keys(own)
    .filter((key) => key !== 'config')
    .map((key): Path => [key]);
  for (const key of [...config, ...beside]) if (!Object.hasOwn(next, String(key.at(-1)))) draft.prune([...path, ...key], path.length);
}

const PIPELINE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** A pipeline without steps. @returns where it stands. */
export function addPipeline(draft: Draft, name: string, trigger: JsonObject): Path {
  if (!PIPELINE_NAME.test(name)) throw new EditRefused(`"${name}" is not a name of a pipeline: letters, digits, "-", "_" and "." up to 100 characters.`);
  if (draft.get(['pipelines', name]) !== undefined) throw new EditRefused(`A pipeline named "${name}" exists already.`);
  draft.set(['pipelines', name], { trigger, steps: [] });
  return ['pipelines', name];
}
