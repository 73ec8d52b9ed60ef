/** The registry of step types, as the API tells it. */
import type { z } from 'zod';
import type { stepTypeSchema } from '#contracts/api';
import type { JsonObject } from '#contracts/json';
import { call } from './api';

export type StepType = z.infer<typeof stepTypeSchema>;

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
