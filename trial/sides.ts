/** The other sides of all steps: what goes out comes to what the mocks say of it. */

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

  perform({ step, phase, input }: PerformEffect): StepOutcome {
    const undo = phase === 'compensate';
    this.effects.push({ step, undo, input });
    const name = undo ? `${step}.compensate` : step;
    // A step in a block also goes by its own name, whichever lane it is in.
    const key = [name, name.slice(name.lastIndexOf('/') + 1)].find((one) => Object.hasOwn(this.mocks, one));
    const mock = key === undefined ? undefined : this.mocks[key];
    // An undoing that nobody speaks of goes well.
    if (mock === undefined && undo) return { kind: 'completed', output: {} };
    if (mock === undefined) {
      this.unmocked.push(step);
      return this.otherwise(step);
    }
    const call = this.#calls.get(name) ?? 0;
    this.#calls.set(name, call + 1);
    const one = Array.isArray(mock) ? mock[Math.min(call, mock.length - 1)]! : mock;
    if ('error' in one) return { kind: 'failed', error: errorOf(one.error) };
    return { kind: 'completed', output: one.output, ...(one.response ? { response: one.response as JsonObject } : {}) };
  }
}

function unmocked(step: string): StepOutcome {
  return { kind: 'failed', error: { ...errorInfo('step_failed', `The test has no mock for "${step}".`), retryable: false } };
}

const AGAIN = new Set([408, 425, 429]);

function errorOf({ code, message, status }: Extract<YamlMock, { error: unknown }>['error']): ErrorInfo {
  const known = code ?? (status === undefined ? 'connection_failed' : 'upstream_status');
  const text = message ?? (status === undefined ? 'The test says so.' : `The other side answered with ${status}.`);
  if (status === undefined) return errorInfo(known, text);
  return errorInfo(known, text, { status, retryable: AGAIN.has(status) || status >= 500 });
}
