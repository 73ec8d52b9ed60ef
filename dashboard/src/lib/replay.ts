/** From a timeline to what a replay can change: its trigger as the API takes it, and the steps to start from. */
import type { PayloadLink } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { SlimTimeline } from '~/lib/timeline';
import { type MockForm, mockSetting } from './mock-form';

/** The trigger's data as `trigger_data` replaces it; for a large one, the URL of the whole. */
export function triggerData(trigger: JsonObject): { value: Json } | { url: string } {
  const { type, ...request } = trigger;
  const value: Json = type === 'http' ? request : (trigger.data ?? null);
  const url = isJsonObject(value) && isJsonObject(value._payload) ? (value as unknown as PayloadLink)._payload.url : undefined;
  return typeof url === 'string' ? { url } : { value };
}

/** The schema of what `triggerData` gives, from that of the pipeline's data: of a request, the body; of an event, its data. */
export function triggerSchema(trigger: JsonObject, schema: JsonObject | undefined): JsonObject | undefined {
  if (!schema) return undefined;
  const { $defs, definitions, ...inner } = schema;
  const shared = { ...($defs === undefined ? {} : { $defs }), ...(definitions === undefined ? {} : { definitions }) };
  const within = (name: string): JsonObject => ({ type: 'object', required: [name], properties: { [name]: inner }, ...shared });
  if (trigger.type === 'http' || trigger.type === 'webhook') return within('body');
  return trigger.type === 'event' || trigger.type === 'eventbus' ? within('data') : schema;
}

/** Names of the steps that ran; the one to begin with is that which failed, else the first. */
export function replaySteps(timeline: Pick<SlimTimeline, 'steps'>): { names: string[]; preset: string } {
  const ran = timeline.steps.filter((step) => step.attempts > 0);
  return { names: ran.map((step) => step.name), preset: (ran.find((step) => step.status === 'failed') ?? ran[0])?.name ?? '' };
}

export interface ReplayForm {
  mode: string;
  from_step: string;
  /** Text of the editor, and what it was at first. */
  text: string;
  original: string;
  dry_run: boolean;
  /** As typed; empty: that of the origin. */
  environment: string;
  version: string;
  mocks: MockForm[];
}

/** The request, or what is wrong with what was typed. The trigger goes along only when it was edited. */
export function replayBody(form: ReplayForm): { body: JsonObject } | { error: string } {
  const body: JsonObject = { mode: form.mode };
  if (form.mode === 'step_from') body.from_step = form.from_step;
  if (form.dry_run) body.dry_run = true;
  const [environment, version] = [form.environment.trim(), form.version.trim()];
  if (environment !== '') body.target_environment = environment;
  if (version !== '' && !/^[1-9]\d{0,8}$/.test(version)) return { error: 'A version is a number, such as 3.' };
  if (version !== '') body.version = Number(version);
  if (form.mocks.length > 0) {
    const mocks: JsonObject = {};
    for (const mock of form.mocks) {
      const made = mockSetting(mock);
      if ('error' in made) return made;
      mocks[mock.step] = made.setting;
    }
    body.mocks = mocks;
  }
  if (form.mode === 'exact' || form.text === form.original) return { body };
  try {
    body.trigger_data = JSON.parse(form.text) as Json;
    return { body };
  } catch (error) {
    return { error: `This is not JSON: ${(error as Error).message}` };
  }
}
