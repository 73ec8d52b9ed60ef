/**
 * The other side, with moods. It keeps a ledger of what it has done, by idempotency key, and never does the same key
 * twice: it answers with its first result. So an engine that lets a key change between attempts shows as two effects
 * of one operation.
 */
import type { JsonObject } from '#contracts/json';
import { errorInfo, type ProblemCode } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { MOODS } from './definition.ts';
import type { Dice } from './random.ts';

export interface Answer {
  outcome: StepOutcome;
  /** How long it takes, ms. */
  ms: number;
}

export class Counterpart {
  /** Result by key: one effect each. */
  readonly ledger = new Map<string, JsonObject>();
  /** Keys under which an operation (a step's run, or its undoing) has had its effect. */
  readonly effects = new Map<string, Set<string>>();
  /** Somebody mended what was down. */
  mended = false;

  constructor(private readonly dice: Dice) {}

  /** `operation` names what the key stands for: the step, its side, and which run of it. */
  call(effect: PerformEffect, operation: string, now: number): Answer {
    const { dice } = this;
    if (effect.breaker && dice.chance(0.3)) return { outcome: this.#heldBack(effect), ms: 1 };
    const mood = String((effect.input as JsonObject | null)?.mood) as keyof typeof MOODS;
    const ms = mood === 'slow' ? dice.int(50, 40_000) : dice.int(1, 60);
    const answer = this.#react(effect, operation, this.mended && dice.chance(0.7) ? 'good' : mood, now);
    if (ms <= effect.timeout_ms) return { outcome: answer, ms };
    return { outcome: failed('step_timeout', undefined, true), ms: effect.timeout_ms };
  }

  #react(effect: PerformEffect, operation: string, mood: keyof typeof MOODS, now: number): StepOutcome {
    const { dice } = this;
    const known = this.ledger.get(effect.idempotency_key);
    if (known) return { kind: 'completed', output: known, response: { reused: true } };
    switch (mood) {
      case 'flaky':
        if (dice.chance(0.45)) break;
        // The effect is had, the answer is not.
        if (dice.chance(0.3)) {
          this.#effect(effect, operation);
          return failed('connection_failed', undefined, true);
        }
        return dice.chance(0.3)
          ? failed('connection_failed', undefined, true)
          : failed('upstream_status', 503, true, dice.chance(0.2) ? dice.int(1, 20_000) : undefined);
      case 'refuses':
        return failed('upstream_status', dice.pick([422, 409, 404]), false);
      case 'down':
        return failed('upstream_status', 503, true);
      case 'good':
      case 'slow':
        break;
    }
    const output = this.#effect(effect, operation);
    if (effect.phase === 'run' && dice.chance(0.03)) return { kind: 'sleep', until: now + dice.pick([-5, 0, 100, 20_000]), output };
    return { kind: 'completed', output };
  }

  /** The breaker before it is open: nothing reaches it. */
  #heldBack({ phase }: PerformEffect): StepOutcome {
    const { dice } = this;
    const kept = phase === 'run' && dice.chance(0.2) ? { kept: { output: { kept: true }, response: { status_code: 200 } } } : {};
    return { kind: 'refused', breaker: 'peer', retry_after_ms: dice.pick([0, 500, 20_000]), ...kept };
  }

  #effect(effect: PerformEffect, operation: string): JsonObject {
    const key = effect.idempotency_key;
    const output = { key };
    this.ledger.set(key, output);
    const keys = this.effects.get(operation) ?? new Set();
    this.effects.set(operation, keys.add(key));
    return output;
  }
}

function failed(code: ProblemCode, status: number | undefined, retryable: boolean, retryAfter?: number): StepOutcome {
  const more = { retryable, ...(status === undefined ? {} : { status }), ...(retryAfter === undefined ? {} : { retry_after_ms: retryAfter }) };
  return { kind: 'failed', error: errorInfo(code, `${status ?? code}`, more) };
}
