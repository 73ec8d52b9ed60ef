/** The registry of step types, as the API tells it. */
import type { JsonObject } from '#contracts/json';
import { call } from './api';

export interface StepType {
  type: string;
  summary: string;
  kind: string;
  pure: boolean;
  /** JSON Schema of its settings. */
  config: JsonObject;
}

let asked: Promise<StepType[]> | undefined;

/** Asked for once by a page. Empty where it cannot be had; then it is asked for again the next time. */
export async function stepTypes(): Promise<StepType[]> {
  asked ??= call<{ items: StepType[] }>('/api/v1/step-types').then((answer) => (answer.ok ? answer.value.items : []));
  const types = await asked;
  if (types.length === 0) asked = undefined;
  return types;
}

/** JSON Schema of a step's settings. */
export async function stepSchema(type: string): Promise<JsonObject | undefined> {
  return (await stepTypes()).find((one) => one.type === type)?.config;
}
