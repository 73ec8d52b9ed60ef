/** The other side of effects in the tests of the API: shared by test and object, which run in one isolate. */
import { errorInfo } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';

interface Effects {
  /** What has gone out, in order. */
  calls: PerformEffect[];
  /** How many of them were answered. */
  answered: number;
  /** The step whose calls are refused. */
  failing?: string;
  /** How many calls from now on are never answered. */
  hanging?: number;
  /** What every output carries besides. */
  padding: string;
}

const shared = globalThis as unknown as { effects?: Effects };

shared.effects ??= { calls: [], answered: 0, padding: '' };

export const effects: Effects = shared.effects;

/** An answer with a new id every time, from hosts of `.test`. */
export function perform(effect: PerformEffect): StepOutcome | Promise<StepOutcome> {
  const url = (effect.input as { url?: string } | null)?.url;
  if (!url || !URL.canParse(url) || !new URL(url).hostname.endsWith('.test')) {
    return { kind: 'failed', error: { code: 'connection_failed', message: 'no network in this test', retryable: false } };
  }
  effects.calls.push(effect);
  if (effects.hanging) {
    effects.hanging--;
    return new Promise(() => {});
  }
  if (effects.failing === effect.step)
    return { kind: 'failed', error: errorInfo('upstream_status', `422 from ${effect.step}`, { status: 422, retryable: false }) };
  effects.answered++;
  const output = { id: `${effect.step}-${effects.answered}`, ...(effects.padding ? { padding: effects.padding } : {}) };
  return { kind: 'completed', output, response: { status_code: 200, span_id: '00f067aa0ba902b7' } };
}
