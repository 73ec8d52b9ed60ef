/** Circuit breakers over a Worker's bindings; the copies that calls look at belong to the isolate. */
import type { BreakerName, BreakerRpc, BreakerView } from '#contracts/breaker';
import { breakerObject } from '#objects/breaker';
import { type BreakerPorts, BreakerWatch } from '#workers/breakers/watch';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import type { BreakerPort } from '#workers/performer/guarded';
import { inRegion, placementOptions } from '#workers/placement';
import { storesOf } from '#workers/stores';

const watch = new BreakerWatch();

/** Failures are counted, a try is lent, and what an operator does is written into its history. */
const calls = callsOf<BreakerRpc>('circuit breaker', {
  report: 'once',
  probe: 'once',
  probed: 'again',
  command: 'once',
  details: 'again',
  erase: 'again',
  packed: 'again',
  adopt: 'again',
});

export function breakersOf(env: RegionEnv): BreakerPort {
  const ports = portsOf(env);
  return {
    look: (name) => watch.look(name, ports),
    enter: (name, order, longest_ms) => watch.enter(name, order, longest_ms, ports),
    leave: (name, order, succeeded, probe) => watch.leave(name, order, succeeded, probe, ports),
  };
}

/** The object that keeps it. */
export function breakerOf(env: RegionEnv): (name: BreakerName) => BreakerRpc {
  const objects = breakerObject(inRegion(env.BREAKER, env) as unknown as DurableObjectNamespace, placementOptions(env));
  return (name) => calls(() => objects(name));
}

/** This isolate sees it at once; the others within a second. */
export function breakerChanged(name: BreakerName, view: BreakerView, now: number): void {
  watch.changed(name, view, now);
}

function portsOf(env: RegionEnv): BreakerPorts {
  return {
    read: (name) => storesOf(env).breakers.read(name),
    object: breakerOf(env),
    now: () => Date.now(),
    failed: (error, name) => console.error(JSON.stringify({ level: 'error', message: `circuit breaker ${name.name}: ${String(error)}`, tenant: name.tenant })),
  };
}
