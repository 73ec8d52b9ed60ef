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
  /** What comes for each step that waits. */
  signals: { [step: string]: SignalForm };
}

export interface SignalForm {
  /** Empty: nobody sends anything. */
  comes: '' | 'signal' | 'approve' | 'reject';
  /** Since the start, ms. */
  after: string;
  /** JSON: what the signal carries, or comes with the approval. */
  data: string;
  /** What a form finds wrong with what was typed. */
  fault?: string;
}

export const NO_SIGNAL: SignalForm = { comes: '', after: '1000', data: '{}' };

/** What a step comes to where nobody has said anything: long enough to be seen on the time axis. */
export const TRIAL_ANSWER: AnswerForm = { ...FIRST_ANSWER, delay: '100' };

/** Steps of a pipeline of which something has to be said. */
export interface OpenSteps {
  /** Names of those that go out. */
  effects: readonly string[];
  waiting: readonly OutlineStep[];
}

export function openSteps(steps: readonly OutlineStep[]): OpenSteps {
  const named = (list: OutlineStep[]) => [...new Map(list.map((step) => [step.name, step])).values()];
  return { effects: named(steps.filter((step) => step.effect)).map(({ name }) => name), waiting: named(steps.filter((step) => step.waits)) };
}

/** The request, or what is wrong with what was typed. */
export function trialBody(config: string, form: TrialForm, { effects, waiting }: OpenSteps, workflow?: string): { body: JsonObject } | { error: string } {
  const body: JsonObject = { config, pipeline: form.pipeline, ...(workflow === undefined ? {} : { workflow }) };
  const trigger = read(form.trigger);
  if ('error' in trigger) return { error: `What starts it is not JSON: ${trigger.error}` };
  if (trigger.value !== undefined) body.trigger_data = trigger.value;
  const mocks: JsonObject = {};
  for (const step of effects) {
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
  const signals: Json[] = [];
  for (const step of waiting) {
    const made = signalOf(step, form.signals[step.name] ?? NO_SIGNAL);
    if (made && 'error' in made) return { error: `What comes for ${step.name}: ${made.error}` };
    if (made) signals.push(made.signal);
  }
  if (signals.length > 0) body.signals = signals;
  return { body };
}

/** Whether the step takes data with what comes. */
export function carriesData({ waits }: OutlineStep, comes: SignalForm['comes']): boolean {
  return comes === 'signal' || (comes === 'approve' && waits?.form !== undefined);
}

function signalOf(step: OutlineStep, { comes, after, data, fault }: SignalForm): { signal: JsonObject } | { error: string } | undefined {
  if (comes === '') return undefined;
  if (!/^\d{1,12}$/.test(after.trim())) return { error: 'how long after the start is a whole number of ms.' };
  const signal: JsonObject = { name: step.name, after: `${after.trim()}ms` };
  if (!carriesData(step, comes)) return { signal: { ...signal, data: { decision: comes } } };
  if (fault !== undefined) return { error: fault };
  const carried = read(data);
  if ('error' in carried) return { error: `not JSON: ${carried.error}` };
  const value = carried.value ?? {};
  return { signal: { ...signal, data: comes === 'approve' ? { decision: comes, form: value } : value } };
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
