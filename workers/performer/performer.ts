/**
 * Has the effects of steps, and knows nothing of the engine: an effect comes in, an outcome goes out.
 *
 * 1. Never throws. Whatever happens is an outcome.
 * 2. Secrets are filled in right before the call and masked in whatever comes back.
 * 3. A deduplicated effect is claimed under its key before it is had, and its result is kept under the key after; a
 *    failed effect keeps nothing and frees the key.
 * 4. What is kept outside of the log (a result under a key, one that stands in for later calls) is masked first, as the log does it.
 * 5. When time is over the outcome is given at once, even if the step does not listen to its signal.
 */

import { newSpanId } from '#contracts/ids';
import type { KeyStoreRpc } from '#contracts/key-store';
import { Problem } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Stop } from '#contracts/stop';
import type { Performer } from '#engine/ports';
import type {
  ActorPort,
  ArtifactPort,
  BreakerLook,
  BusPort,
  CallPort,
  DatabasePort,
  EffectContext,
  EffectStep,
  HttpPort,
  MachinePort,
  PlatformPort,
  RevocationPort,
  StepDefinition,
} from '#steps/define-step';
import { type GuardPorts, guarded } from '#workers/performer/guarded';
import { failedOutcome } from '#workers/performer/outcome';
import { fillSecrets, maskOutcome, maskText } from '#workers/secrets/fill';
import type { SecretProvider } from '#workers/secrets/providers';

export interface PerformerPorts extends GuardPorts {
  steps: ReadonlyMap<string, StepDefinition>;
  secrets: SecretProvider;
  /** `secrets`: values that may stand in the address. */
  http(effect: PerformEffect, signal: AbortSignal, secrets: readonly string[]): HttpPort;
  databases(effect: PerformEffect, signal: () => AbortSignal): DatabasePort;
  bus(effect: PerformEffect): BusPort;
  machines(effect: PerformEffect): MachinePort;
  artifacts(effect: PerformEffect): ArtifactPort;
  actors(effect: PerformEffect): ActorPort;
  calls(effect: PerformEffect): CallPort;
  revocations(effect: PerformEffect): RevocationPort;
  platform(effect: PerformEffect): PlatformPort;
  /** What came of an effect without what its pipeline masks. */
  masked(effect: PerformEffect, outcome: StepOutcome): Promise<StepOutcome>;
  /** The store that has the key: one shard of the tenant's. */
  keys(tenant: string, key: string): KeyStoreRpc;
  /** Epoch ms. */
  now(): number;
  /** For the operator: what went wrong on our side, without the values of secrets. */
  report?(what: string, effect: PerformEffect): void;
}

/** How much longer than the step's timeout a claim holds, ms. */
const LEASE_MARGIN_MS = 10_000;

export function createPerformer(ports: PerformerPorts): Performer {
  return {
    async perform(effect, stop) {
      const inTime = stop.endAfter(effect.timeout_ms, () => new Problem('step_timeout', `${effect.step} took longer than ${effect.timeout_ms} ms.`));
      let known: string[] = [];
      try {
        const step = ports.steps.get(effect.type);
        if (!step || step.pure) throw new Problem('unknown_step_type', `${effect.type} is not a step that can be performed.`);
        const { input, values } = await stop.unlessEnded(fillSecrets(effect.input, effect.secrets, effect, ports.secrets));
        known = values;
        const perform = (idempotency_key: string) =>
          guarded(ports, step, effect, async () => {
            try {
              const outcome = maskOutcome(await run(ports, step, { ...effect, input, idempotency_key }, stop, values), values);
              return isKept(effect) ? await ports.masked(effect, outcome) : outcome;
            } catch (error) {
              throw stop.hasEnded ? reasonOf(stop, effect) : error;
            }
          });
        const outcome = effect.dedupe ? await once(ports, effect, stop, perform) : await perform(effect.idempotency_key);
        if (effect.undoes && outcome.kind === 'completed') await forget(ports, effect, effect.undoes);
        return outcome;
      } catch (error) {
        const reason = stop.hasEnded ? reasonOf(stop, effect) : error;
        if (!(reason instanceof Problem)) ports.report?.(maskText(String(error), known), effect);
        return maskOutcome(failedOutcome(reason), known);
      } finally {
        inTime();
      }
    },
  };
}

/** Beside the log, for others. */
function isKept({ dedupe, breaker }: PerformEffect): boolean {
  return dedupe || breaker?.cached_ms !== undefined;
}

async function run(ports: PerformerPorts, step: EffectStep, effect: PerformEffect, stop: Stop, secrets: readonly string[]): Promise<StepOutcome> {
  if (stop.hasEnded) throw stop.reason;
  const context = new Context(ports, effect, stop, secrets);
  return stop.unlessEnded(step.perform(effect.input as never, context));
}

/** A step uses one of the ports, if any: only that one is made. */
class Context implements EffectContext {
  readonly tenant: string;
  readonly workflow: string;
  readonly environment: string;
  readonly pipeline: string;
  readonly execution_id: string;
  readonly step: string;
  readonly attempt: number;
  readonly idempotency_key: string;
  readonly trace_id: string;
  readonly span_id = newSpanId();
  readonly now: () => number;
  readonly #ports: PerformerPorts;
  readonly #effect: PerformEffect;
  readonly #stop: Stop;
  readonly #secrets: readonly string[];

  constructor(ports: PerformerPorts, effect: PerformEffect, stop: Stop, secrets: readonly string[]) {
    this.tenant = effect.tenant;
    this.workflow = effect.workflow;
    this.environment = effect.environment;
    this.pipeline = effect.pipeline;
    this.execution_id = effect.execution_id;
    this.step = effect.step;
    this.attempt = effect.attempt;
    this.idempotency_key = effect.idempotency_key;
    this.trace_id = effect.trace_id;
    this.now = ports.now;
    this.#ports = ports;
    this.#effect = effect;
    this.#stop = stop;
    this.#secrets = secrets;
  }

  get signal() {
    return this.#stop.signal;
  }

  get http() {
    return this.#ports.http(this.#effect, this.#stop.signal, this.#secrets);
  }

  get databases() {
    return this.#ports.databases(this.#effect, () => this.#stop.signal);
  }

  get bus() {
    return this.#ports.bus(this.#effect);
  }

  get machines() {
    return this.#ports.machines(this.#effect);
  }

  get artifacts() {
    return this.#ports.artifacts(this.#effect);
  }

  get actors() {
    return this.#ports.actors(this.#effect);
  }

  get calls() {
    return this.#ports.calls(this.#effect);
  }

  get revocations() {
    return this.#ports.revocations(this.#effect);
  }

  get platform() {
    return this.#ports.platform(this.#effect);
  }

  get breakers(): BreakerLook {
    const { tenant, environment } = this.#effect;
    return { look: (name) => this.#ports.breakers.look({ tenant, environment, name }) };
  }
}

/** At most one effect under a key, over all executions of the tenant in this environment. */
async function once(ports: PerformerPorts, effect: PerformEffect, stop: Stop, perform: (key: string) => Promise<StepOutcome>): Promise<StepOutcome> {
  const key = `${effect.environment}/${effect.phase}/${effect.idempotency_key}`;
  // The same for every attempt, so that the attempt after a crash takes over its own claim.
  const holder = `${effect.execution_id}/${effect.step}/${effect.phase}`;
  const keys = ports.keys(effect.tenant, key);
  const { workflow, pipeline, caller } = effect;
  const owner = { workflow_id: caller.workflow_id, workflow, pipeline };
  const claiming = keys.claim({ key, holder, lease_ms: effect.timeout_ms + LEASE_MARGIN_MS, owner });
  const free = () => keys.settle({ key, holder, ttl_ms: 0 });
  let claim: Awaited<typeof claiming>;
  try {
    claim = await stop.unlessEnded(claiming);
  } catch (error) {
    // Nobody waits any more: a claim that is granted later is given back.
    claiming.then((late) => (late.kind === 'run' ? free() : undefined)).catch(() => undefined);
    if (stop.hasEnded) throw error;
    ports.report?.(String(error), effect);
    throw new Problem('internal', 'The store of idempotency keys did not answer.', { cause: error });
  }
  if (claim.kind === 'stored') {
    const [from] = claim.holder.split('/');
    return { kind: 'completed', output: claim.output, response: { ...claim.response, reused: true, reused_from: from ?? claim.holder } };
  }
  let outcome: StepOutcome;
  try {
    // An effect that was undone is had anew: to the other side it must not look like the one before.
    outcome = await perform(claim.undone ? `${effect.idempotency_key}~${claim.undone}` : effect.idempotency_key);
  } catch (error) {
    await twice(free).catch((failure) => ports.report?.(String(failure), effect));
    throw error;
  }
  const settle =
    outcome.kind === 'completed'
      ? () =>
          keys.settle({
            key,
            holder,
            result: { output: outcome.output, ...(outcome.response ? { response: outcome.response } : {}) },
            ttl_ms: effect.dedupe_ttl_ms,
          })
      : free;
  // The effect has been had: whether its result could be kept changes nothing of that.
  await twice(settle).catch((failure) => ports.report?.(String(failure), effect));
  return outcome;
}

/** What has been undone must not be handed out as had. */
async function forget(ports: PerformerPorts, effect: PerformEffect, undoes: { key: string; by: string }): Promise<void> {
  const key = `${effect.environment}/run/${undoes.key}`;
  await twice(() => ports.keys(effect.tenant, key).forget({ key, by: undoes.by, ttl_ms: effect.dedupe_ttl_ms }));
}

/** Settling is harmless to repeat, and losing it would mean a second effect once the lease ends. */
async function twice(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch {
    await call();
  }
}

/** Why it was ended: time was over, or, where nobody says more, it is not wanted any longer. */
function reasonOf({ reason }: Stop, { step }: PerformEffect): Problem {
  return reason instanceof Problem ? reason : new Problem('execution_cancelled', `${step} was stopped, for the execution was cancelled or over time.`);
}
