/** Mocks of a replay, from what is typed to what is sent. Pure. */
import type { Pipeline } from '#contracts/definition';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

/** What a step is to come to, as JSON. */
export interface ReplayMock {
  step: string;
  kind: 'output' | 'error';
  text: string;
}

/** Names of the steps that a mock can speak for: blocks and conditionals only say where the run goes. */
export function mockableSteps(pipeline: Pick<Pipeline, 'nodes'> | undefined): string[] {
  return [...new Set((pipeline?.nodes ?? []).filter((node) => node?.kind === 'activity').map((node) => node.name))];
}

/** The first run of a step that came to something; within blocks a run has a path before its name. */
export function originRun(steps: readonly { name: string; status: string }[], step: string): string | undefined {
  return steps.find(({ name, status }) => status === 'completed' && (name === step || name.endsWith(`/${step}`)))?.name;
}

/** What the API takes for one step, or what is wrong with its text. */
export function mockAnswer({ step, kind, text }: ReplayMock): { answer: JsonObject } | { error: string } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { error: `What ${step} comes to is not JSON: ${(error as Error).message}` };
  }
  if (kind === 'output') return { answer: { output: value } };
  return isJsonObject(value) ? { answer: { error: value } } : { error: `The failure of ${step} is an object, such as {"status": 503}.` };
}
