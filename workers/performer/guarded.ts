/**
 * A call behind its circuit breaker: whether it may go out, and what it says of the other side.
 *
 * 1. A call that is held back makes no request and costs no hop: the isolate's own copy decides.
 * 2. What is the caller's own fault (settings, secrets, a refused address) says nothing of the other side.
 * 3. A breaker that cannot be asked keeps nobody from calling.
 */
import type { BreakerName, BreakerOrder, BreakerView } from '#contracts/breaker';
import type { Json, JsonObject } from '#contracts/json';
import { PROBLEMS } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { EffectStep } from '#steps/define-step';

/** `probe`: this call tries whether the other side is back. */
export type Passage = { kind: 'go'; probe?: string } | { kind: 'refused'; retry_after_ms: number };

export interface BreakerPort {
  /** What this isolate knows, at most a second old. */
  look(name: BreakerName): Promise<BreakerView>;
  /** `longest_ms`: what the call may take. */
  enter(name: BreakerName, order: BreakerOrder, longest_ms: number): Promise<Passage>;
  /** `null`: the call says nothing of the other side. */
  leave(name: BreakerName, order: BreakerOrder, succeeded: boolean | null, probe?: string): Promise<void>;
}

/** Last good results, for breakers with a cached fallback. Never throws. */
export interface KeptResults {
  get(key: string): Promise<{ output: Json; response?: JsonObject } | undefined>;
  put(key: string, result: { output: Json; response?: JsonObject }, ttl_ms: number): Promise<void>;
}

export interface GuardPorts {
  breakers: BreakerPort;
  kept: KeptResults;
}

/** `asked`: the effect as it stands in the log, without the values of secrets. `call` gives an outcome that may be shown. */
export async function guarded(ports: GuardPorts, step: EffectStep, asked: PerformEffect, call: () => Promise<StepOutcome>): Promise<StepOutcome> {
  const order = asked.breaker;
  if (!order) return call();
  const name = breakerName(step, asked, order);
  const passage = await ports.breakers.enter(name, order, asked.timeout_ms);
  if (passage.kind === 'refused') {
    const kept = order.cached_ms === undefined ? undefined : await ports.kept.get(await keyOf(asked));
    return { kind: 'refused', breaker: name.name, retry_after_ms: passage.retry_after_ms, ...(kept ? { kept } : {}) };
  }
  let succeeded: boolean | null = null;
  try {
    const outcome = await call();
    succeeded = verdictOf(outcome);
    if (outcome.kind === 'completed' && order.cached_ms !== undefined) {
      const { span_id: _, ...response } = outcome.response ?? {};
      await ports.kept.put(await keyOf(asked), { output: outcome.output, response }, order.cached_ms);
    }
    return outcome;
  } catch (error) {
    succeeded = thrownVerdict(error);
    throw error;
  } finally {
    await ports.breakers.leave(name, order, succeeded, passage.probe);
  }
}

/** The name that was given, the host, or the step itself. A host that a secret names is none: it would be shown. */
export function breakerName(step: EffectStep, { tenant, environment, workflow, pipeline, step: own, input }: PerformEffect, order: BreakerOrder): BreakerName {
  const name = order.name ?? hostOf(step.target?.(input as never)) ?? `${workflow}/${pipeline}/${own.split('/').at(-1)}`.slice(0, 200);
  return { tenant, environment, name };
}

function hostOf(url: string | undefined): string | undefined {
  const place = url === undefined ? null : /^https?:\/\/([^/?#]*)/i.exec(url);
  if (!place || place[1]!.includes('${')) return undefined;
  try {
    return new URL(url!).host || undefined;
  } catch {
    return undefined;
  }
}

/** An answer that says no (a 4xx) is an answer: the other side is well. */
function verdictOf(outcome: StepOutcome): boolean | null {
  return outcome.kind === 'failed' ? verdictOn(outcome.error.code, outcome.error.retryable) : true;
}

function thrownVerdict(error: unknown): boolean | null {
  const { code, extra } = (error ?? {}) as { code?: unknown; extra?: { retryable?: unknown } };
  if (typeof code !== 'string' || !Object.hasOwn(PROBLEMS, code)) return null;
  const kind = PROBLEMS[code as keyof typeof PROBLEMS];
  return verdictOn(code as keyof typeof PROBLEMS, typeof extra?.retryable === 'boolean' ? extra.retryable : kind.retryable);
}

function verdictOn(code: keyof typeof PROBLEMS, retryable: boolean): boolean | null {
  const { fault } = PROBLEMS[code];
  if (fault === 'user') return null;
  return retryable ? false : fault === 'upstream' ? true : null;
}

/** The same call: the same settings of the same kind of step, in the same application and environment. */
async function keyOf({ tenant, environment, workflow, type, input }: PerformEffect): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([tenant, environment, workflow, type, input]));
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', text))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
