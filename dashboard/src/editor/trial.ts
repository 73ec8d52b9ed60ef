/** A run of the text that is being written: what it is asked with, and what it means for the lines. Pure. */
import type { StepStatus, Timeline, TimelineStep } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';
import type { OutlinePipeline, OutlineStep } from '#contracts/outline';
import { type AnswerForm, FIRST_ANSWER, mockAnswer } from '../lib/mock-form';

export interface TrialForm {
  pipeline: string;
  /** JSON; empty: nothing. */
  trigger: string;
  /** What each step that goes out comes to, call by call. */
  mocks: { [step: string]: AnswerForm[] };
}

/** What a step comes to where nobody has said anything: long enough to be seen on the time axis. */
export const TRIAL_ANSWER: AnswerForm = { ...FIRST_ANSWER, delay: '100' };

/** The request, or what is wrong with what was typed. */
export function trialBody(config: string, form: TrialForm, steps: readonly string[], workflow?: string): { body: JsonObject } | { error: string } {
  const body: JsonObject = { config, pipeline: form.pipeline, ...(workflow === undefined ? {} : { workflow }) };
  const trigger = read(form.trigger);
  if ('error' in trigger) return { error: `What starts it is not JSON: ${trigger.error}` };
  if (trigger.value !== undefined) body.trigger_data = trigger.value;
  const mocks: JsonObject = {};
  for (const step of steps) {
    const answers: Json[] = [];
    for (const given of form.mocks[step] ?? [TRIAL_ANSWER]) {
      const made = mockAnswer(step, given);
      if ('error' in made) return made;
      const { delay_ms, ...answer } = made.answer;
      answers.push({ ...answer, ...(delay_ms === undefined ? {} : { delay: `${String(delay_ms)}ms` }) });
    }
    mocks[step] = answers.length === 1 ? answers[0]! : answers;
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

/** What a request, an event or a call can look like that starts the pipeline. */
export function sampleTrigger({ trigger, route }: Pick<OutlinePipeline, 'trigger' | 'route'>): string {
  if (route === undefined && trigger !== 'http' && trigger !== 'webhook') return '{}';
  const params = [...(route ?? '').matchAll(/\{([^}.]+)(?:\.\.\.)?\}/g)].map(([, name]) => name!);
  const sample: JsonObject = params.length > 0 ? { path_params: Object.fromEntries(params.map((name) => [name, '1'])) } : {};
  if (!/^(?:GET|HEAD|DELETE) /.test(route ?? '')) sample.body = {};
  return JSON.stringify(sample, null, 2);
}

/** Where the step of a run stands; steps of a lane that ran often stand at the same place. */
export function siteOf({ steps }: OutlinePipeline, step: Pick<TimelineStep, 'index'> | undefined): OutlineStep | undefined {
  return step && steps.find((one) => one.index === step.index);
}

/** The last run of the step that a line belongs to; of steps within each other, the innermost. */
export function stepAtLine(sites: OutlinePipeline, { steps }: Pick<Timeline, 'steps'>, line: number): string | undefined {
  const around = sites.steps.filter((one) => one.line <= line && line <= one.end_line);
  const site = around.reduce<OutlineStep | undefined>((inner, one) => (inner && inner.line > one.line ? inner : one), undefined);
  return site && steps.findLast((step) => step.index === site.index && step.status !== 'pending')?.name;
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
export function runLines(sites: OutlinePipeline, { steps }: Pick<Timeline, 'steps'>, chosen: string | undefined): RunLine[] {
  const lines = new Map<number, RunLine>();
  for (const step of steps) {
    const place = siteOf(sites, step);
    if (!place || step.status === 'pending') continue;
    const known = lines.get(place.line);
    if (known && (known.status === 'failed' || step.status !== 'failed')) continue;
    lines.set(place.line, { from: place.line, to: place.line, status: step.status, text: wordOf(step) });
  }
  const marks = [...lines.values()].sort((a, b) => a.from - b.from);
  const place = siteOf(
    sites,
    steps.find(({ name }) => name === chosen),
  );
  return place ? [...marks, { from: place.line, to: place.end_line, status: 'chosen' }] : marks;
}

function wordOf(step: TimelineStep): string {
  if (step.error) return step.error.message.slice(0, LONGEST);
  if (step.output === undefined) return step.status;
  const text = JSON.stringify(step.output);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
