/** A counterpart by script: it answers as told, has an effect once per idempotency key, and keeps a ledger. */
import { errorInfo } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Reaction, Script } from './simulation.ts';

export interface Answer {
  outcome: StepOutcome;
  /** How long it takes, ms. */
  ms: number;
}

export class Counterpart {
  readonly ledger = new Map<string, { calls: number; effects: number }>();
  /** Steps (`name`, `name:undo`) in the order of their effects. */
  readonly order: string[] = [];
  readonly #heard = new Map<string, number>();

  constructor(private readonly script: Script = {}) {}

  call(effect: PerformEffect): Answer {
    const name = nameOf(effect);
    const count = (this.#heard.get(name) ?? 0) + 1;
    this.#heard.set(name, count);
    const script: Reaction[] = this.script[name] ?? [{ ok: { done: name } }];
    const entry = this.ledger.get(effect.idempotency_key) ?? { calls: 0, effects: 0 };
    entry.calls++;
    this.ledger.set(effect.idempotency_key, entry);
    // One that has seen the key gives its first answer again.
    const known = entry.effects > 0;
    const reaction = known ? script.find((each) => 'ok' in each)! : script[Math.min(count, script.length) - 1]!;
    if ('ok' in reaction && !known) {
      entry.effects++;
      this.order.push(name);
    }
    return { outcome: outcomeOf(name, reaction), ms: reaction.ms ?? 10 };
  }

  /** The runtime died before it heard the answer: a refusal is given again, an effect stays. */
  unheard(effect: PerformEffect, { outcome }: Answer): void {
    const name = nameOf(effect);
    if (outcome.kind !== 'completed') this.#heard.set(name, this.#heard.get(name)! - 1);
  }
}

function nameOf(effect: PerformEffect): string {
  return effect.phase === 'run' ? effect.step : `${effect.step}:undo`;
}

function outcomeOf(name: string, reaction: Reaction): StepOutcome {
  if ('ok' in reaction) return { kind: 'completed', output: reaction.ok };
  if ('refuse' in reaction)
    return { kind: 'refused', breaker: 'upstream.example', retry_after_ms: reaction.refuse, ...(reaction.kept ? { kept: reaction.kept } : {}) };
  const { fail: status, retryAfter } = reaction;
  const more = { status, retryable: status >= 500, ...(retryAfter === undefined ? {} : { retry_after_ms: retryAfter }) };
  return { kind: 'failed', error: errorInfo('upstream_status', `${status} from ${name}`, more) };
}
