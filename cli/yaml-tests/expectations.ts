/** What a run owes its test: each difference in a line, with its place. */

import { isJsonObject, type Json } from '#contracts/json';
import type { Expectation, ExpectedEffects } from '#contracts/yaml-tests';
import type { YamlRun } from '#trial/run';
import type { SeenEffect, Sides } from '#trial/sides';

export function differences(expected: Expectation, run: YamlRun): string[] {
  const { timeline, answer } = run;
  const out: string[] = [];
  const same = (place: string, wanted: Json | undefined, seen: Json | undefined) => {
    if (wanted !== undefined) out.push(...compared(place, wanted, seen));
  };
  out.push(...unmocked(run));
  for (const refused of run.refused) out.push(`signals.${refused}`);
  same('status', expected.status, timeline.status);
  same('error', expected.error, timeline.error?.code);
  if (expected.response) {
    if (!answer) out.push('response: the pipeline gave none.');
    else {
      same('response.status', expected.response.status, answer.status);
      same('response.headers', expected.response.headers, answer.headers);
      same('response.body', expected.response.body, bodyOf(answer.body));
    }
  }
  for (const [name, wanted] of Object.entries(expected.steps ?? {})) {
    const step = timeline.steps.find((one) => one.name === name);
    if (!step) {
      out.push(`steps.${name}: it never ran.`);
      continue;
    }
    const { status, attempts, output, input, reason } = step;
    for (const [key, value] of Object.entries(wanted))
      same(
        `steps.${name}.${key}`,
        value as Json,
        ({ status, attempts, output, input, reason, error: step.error?.code } as { [key: string]: Json | undefined })[key],
      );
  }
  out.push(
    ...differentEffects(expected.effects, run.effects),
    ...inOrder('events', expected.events ?? [], run.log.map(eventOf)),
    ...inOrder('sequence', expected.sequence ?? [], completed(run)),
  );
  return out;
}

function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Effects that the test says nothing of. */
export function unmocked(sides: Pick<Sides, 'unmocked'>): string[] {
  return [...new Set(sides.unmocked)].map((step) => `mocks.${step}: "${step}" has an effect outside; say under mocks what comes of it.`);
}

export function differentEffects(expected: ExpectedEffects | undefined, seen: readonly SeenEffect[], place = 'effects'): string[] {
  if (!expected) return [];
  const wanted = expected.map((one) => (typeof one === 'string' ? { step: one } : one));
  const told = (one: { step: string; undo?: boolean }) => `${one.step}${one.undo ? ' (undone)' : ''}`;
  const [left, right] = [wanted.map(told).join(', '), seen.map(told).join(', ')];
  if (left !== right) return [`${place}: expected ${left || 'none'}; seen ${right || 'none'}.`];
  return wanted.flatMap((one, index) => (one.input === undefined ? [] : compared(`${place}[${index}].input`, one.input, seen[index]!.input)));
}

interface Occurrence {
  type: string;
  step?: string;
}

function eventOf({ type, data }: { type: string; data: object }): Occurrence {
  return { type, step: (data as { step_name?: string }).step_name };
}

function completed({ log }: YamlRun): Occurrence[] {
  return log.filter(({ type }) => type === 'step.completed').map((event) => ({ type: eventOf(event).step ?? '' }));
}

/** Each is found behind the one before. */
function inOrder(place: string, expected: readonly (string | Occurrence)[], seen: readonly Occurrence[]): string[] {
  let from = 0;
  for (const one of expected) {
    const { type, step } = typeof one === 'string' ? { type: one, step: undefined } : one;
    const at = seen.findIndex((other, index) => index >= from && other.type === type && (step === undefined || other.step === step));
    if (at === -1)
      return [
        `${place}: ${step === undefined ? type : `${type} of ${step}`} does not come${from === 0 ? '' : ' after the ones before'}; seen: ${seen.map(({ type: name }) => name).join(', ')}.`,
      ];
    from = at + 1;
  }
  return [];
}

/** Objects may have more than is expected; all else has to be equal. */
export function compared(place: string, wanted: Json, seen: Json | undefined): string[] {
  if (isJsonObject(wanted) && isJsonObject(seen)) {
    return Object.entries(wanted).flatMap(([key, value]) => compared(`${place}.${key}`, value, Object.hasOwn(seen, key) ? seen[key] : undefined));
  }
  if (Array.isArray(wanted) && Array.isArray(seen) && wanted.length === seen.length)
    return wanted.flatMap((value, index) => compared(`${place}[${index}]`, value, seen[index]));
  if (wanted === seen) return [];
  const text = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 300);
  return [`${place}: expected ${text(wanted)}, seen ${text(seen)}.`];
}
