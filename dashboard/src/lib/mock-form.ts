/** Mocks as they are typed: what a step comes to, call by call, and what is wrong with it. Pure. */
import type { Json, JsonObject } from '#contracts/json';

/** What one call comes to; the fields of the other kind are kept while one changes one's mind. */
export interface AnswerForm {
  kind: 'output' | 'error';
  /** JSON. */
  output: string;
  /** HTTP status of a failure; empty: none. */
  status: string;
  code: string;
  message: string;
  /** Whether it is worth another try; empty: as such failures are. */
  retryable: '' | 'yes' | 'no';
  /** ms; empty: at once. */
  delay: string;
}

/** The mock of one step: an answer for each call, the last one for all that follow. */
export interface MockForm {
  step: string;
  answers: AnswerForm[];
}

export type AnswerFaults = { [field in keyof AnswerForm]?: string };

export const FIRST_ANSWER: AnswerForm = { kind: 'output', output: '{}', status: '503', code: '', message: '', retryable: '', delay: '' };

/** As the API takes them. */
export const MOST_ANSWERS = 50;
const LONGEST_DELAY_MS = 3_600_000;
const LONGEST_MESSAGE = 1000;

/** By field, in words that stand below it. */
export function faultsOf({ kind, output, status, code, message, delay }: AnswerForm): AnswerFaults {
  const faults: AnswerFaults = {};
  if (!isWhole(delay, 0, LONGEST_DELAY_MS)) faults.delay = 'Milliseconds, an hour at most.';
  if (kind === 'output') {
    const fault = jsonFault(output);
    if (fault !== undefined) faults.output = `Not JSON: ${fault}`;
    return faults;
  }
  if (!isWhole(status, 100, 599)) faults.status = 'A status is a number from 100 to 599.';
  if (code !== '' && !/^[a-z][a-z_]*$/.test(code)) faults.code = 'A code is small letters and underscores, such as upstream_status.';
  if (message.length > LONGEST_MESSAGE) faults.message = `${LONGEST_MESSAGE} characters at most.`;
  return faults;
}

/** What the API takes for one call, or what is wrong with it. */
export function mockAnswer(step: string, form: AnswerForm): { answer: JsonObject } | { error: string } {
  const [fault] = Object.values(faultsOf(form));
  if (fault !== undefined) return { error: `${step}: ${fault}` };
  const delay: JsonObject = form.delay.trim() === '' ? {} : { delay_ms: Number(form.delay) };
  if (form.kind === 'output') return { answer: { output: form.output.trim() === '' ? {} : (JSON.parse(form.output) as Json), ...delay } };
  const { status, code, message, retryable } = form;
  const error: JsonObject = {
    ...(status.trim() === '' ? {} : { status: Number(status) }),
    ...(code === '' ? {} : { code }),
    ...(message === '' ? {} : { message }),
    ...(retryable === '' ? {} : { retryable: retryable === 'yes' }),
  };
  return { answer: { error, ...delay } };
}

/** What the API takes for a step: one answer, or several in order. */
export function mockSetting({ step, answers }: MockForm): { setting: JsonObject } | { error: string } {
  const made: JsonObject[] = [];
  for (const form of answers) {
    const one = mockAnswer(step, form);
    if ('error' in one) return one;
    made.push(one.answer);
  }
  return { setting: made.length === 1 ? made[0]! : { answers: made } };
}

function isWhole(text: string, from: number, to: number): boolean {
  const typed = text.trim();
  return typed === '' || (/^\d+$/.test(typed) && Number(typed) >= from && Number(typed) <= to);
}

function jsonFault(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
