/** A run of the text that is being written: what it is asked with, and what it means for the lines. Pure. */
import type { StepStatus, Timeline, TimelineStep } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { NamedStep, Names } from './names';

/** What the other side of a step is to do. */
export interface MockText {
  kind: 'output' | 'error';
  /** JSON. */
  text: string;
}

export interface TrialForm {
  pipeline: string;
  /** JSON; empty: nothing. */
  trigger: string;
  mocks: { [step: string]: MockText };
}

/** The request, or what is wrong with what was typed. */
export function trialBody(config: string, form: TrialForm, steps: readonly string[]): { body: JsonObject } | { error: string } {
  const body: JsonObject = { config, pipeline: form.pipeline };
  const trigger = read(form.trigger);
  if ('error' in trigger) return { error: `The trigger is not JSON: ${trigger.error}` };
  if (trigger.value !== undefined) body.trigger_data = trigger.value;
  const mocks: JsonObject = {};
  for (const step of steps) {
    const { kind, text } = form.mocks[step] ?? { kind: 'output', text: '' };
    const value = read(text);
    if ('error' in value) return { error: `What ${step} comes to is not JSON: ${value.error}` };
    mocks[step] = kind === 'output' ? { output: value.value ?? {} } : { error: isJsonObject(value.value) ? value.value : {} };
  }
  body.mocks = mocks;
  return { body };
}

function read(text: string): { value?: Json } | { error: string } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** A step of the text for one of the run: a step within a block goes by its own name there. */
export function stepOfRun(names: Names, pipeline: string, step: string): NamedStep | undefined {
  const own = step.slice(step.lastIndexOf('/') + 1);
  return names.pipelines.find((one) => one.name === pipeline)?.steps.find((one) => one.name === own);
}

export interface RunLine {
  /** 1-based. */
  from: number;
  to: number;
  status: StepStatus | 'chosen';
  text?: string;
}

const LONGEST = 72;

/** What stands at the lines of the steps after a run; a step that ran often shows what most needs to be looked at. */
export function runLines(names: Names, timeline: Pick<Timeline, 'pipeline' | 'steps'>, chosen: string | undefined): RunLine[] {
  const lines = new Map<number, RunLine>();
  for (const step of timeline.steps) {
    const place = stepOfRun(names, timeline.pipeline, step.name);
    if (!place || step.status === 'pending') continue;
    const known = lines.get(place.line);
    if (known && (known.status === 'failed' || step.status !== 'failed')) continue;
    lines.set(place.line, { from: place.line + 1, to: place.line + 1, status: step.status, text: wordOf(step) });
  }
  const place = chosen === undefined ? undefined : stepOfRun(names, timeline.pipeline, chosen);
  const marks = [...lines.values()].sort((a, b) => a.from - b.from);
  return place && place.end > place.line ? [...marks, { from: place.line + 2, to: place.end + 1, status: 'chosen' }] : marks;
}

function wordOf(step: TimelineStep): string {
  if (step.error) return step.error.message.slice(0, LONGEST);
  if (step.output === undefined) return step.status;
  const text = JSON.stringify(step.output);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
