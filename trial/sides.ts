/** The other sides of all steps: what goes out comes to what the mocks say of it, after as long as they say. */

import { parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { YamlMock } from '#contracts/yaml-tests';

export interface SeenEffect {
  step: string;
  undo: boolean;
  input: Json;
}

export type Mocks = { [step: string]: YamlMock | YamlMock[] };

/** What comes of an effect, and how long it takes, ms. */
export interface Reply {
  outcome: StepOutcome;
  takes: number;
}

export class Sides {
  readonly effects: SeenEffect[] = [];
  /** Effects that the mocks say nothing of. */
  readonly unmocked: string[] = [];
  readonly #calls = new Map<string, number>();

  /** @param otherwise what comes of an effect that the mocks say nothing of. */
  constructor(
    private readonly mocks: Mocks,
    private readonly otherwise: (step: string) => StepOutcome = unmocked,
  ) {}

  perform({ step, phase, input, timeout_ms }: PerformEffect): Reply {
    const undo = phase === 'compensate';
    this.effects.push({ step, undo, input });
    const mock = this.#mockOf(undo ? `${step}.compensate` : step);
    // An undoing that nobody speaks of goes well.
    if (!mock && undo) return { outcome: { kind: 'completed', output: {} }, takes: 0 };
    if (!mock) {
      this.unmocked.push(step);
      return { outcome: this.otherwise(step), takes: 0 };
    }
    const takes = (mock.delay === undefined ? undefined : parseDuration(mock.delay)) ?? 0;
    if (takes <= timeout_ms) return { outcome: outcomeOf(mock), takes };
    return { outcome: { kind: 'failed', error: errorInfo('step_timeout', `${step} took longer than ${timeout_ms} ms.`) }, takes: timeout_ms };
  }

  /** The mock for the next call of this name. */
  #mockOf(name: string): YamlMock | undefined {
    // A step in a block also goes by its own name, whichever lane it is in.
    const key = [name, name.slice(name.lastIndexOf('/') + 1)].find((one) => Object.hasOwn(this.mocks, one));
    const mock = key === undefined ? undefined : this.mocks[key];
    if (mock === undefined) return undefined;
    const call = this.#calls.get(name) ?? 0;
    this.#calls.set(name, call + 1);
    return Array.isArray(mock) ? mock[Math.min(call, mock.length - 1)] : mock;
  }
}

function outcomeOf(mock: YamlMock): StepOutcome {
  if ('error' in mock) return { kind: 'failed', error: errorOf(mock.error) };
  return { kind: 'completed', output: mock.output, ...(mock.response ? { response: mock.response as JsonObject } : {}) };
}

function unmocked(step: string): StepOutcome {
  return { kind: 'failed', error: { ...errorInfo('step_failed', `The test has no mock for "${step}".`), retryable: false } };
}

const AGAIN = new Set([408, 425, 429]);

function errorOf({ code, message, status, retryable }: Extract<YamlMock, { error: unknown }>['error']): ErrorInfo {
  const known = code ?? (status === undefined ? 'connection_failed' : 'upstream_status');
  const text = message ?? (status === undefined ? 'The test says so.' : `The other side answered with ${status}.`);
  const again = retryable ?? (status === undefined ? undefined : AGAIN.has(status) || status >= 500);
  return errorInfo(known, text, { ...(status === undefined ? {} : { status }), ...(again === undefined ? {} : { retryable: again }) });
}
