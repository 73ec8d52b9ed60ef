/** Circuit breakers over a Worker's bindings; the copies that calls look at belong to the isolate. */
import type { BreakerName, BreakerView } from '#contracts/breaker';
import { breakerObject } from '#objects/breaker';
import { type BreakerPorts, BreakerWatch } from '#workers/breakers/watch';
import type { RegionEnv } from '#workers/env';
import type { BreakerPort } from '#workers/performer/guarded';
import { inRegion, placementOptions } from '#workers/placement';
import { storesOf } from '#workers/stores';

const watch = new BreakerWatch();

export function breakersOf(env: RegionEnv): BreakerPort {
  const ports = portsOf(env);
  return {
    look: (name) => watch.look(name, ports),
    enter: (name, order, longest_ms) => watch.enter(name, order, longest_ms, ports),
    leave: (name, order, succeeded, probe) => watch.leave(name, order, succeeded, probe, ports),
  };
}

/** The object that keeps it. */
export function breakerOf(env: RegionEnv) {
  return breakerObject(inRegion(env.BREAKER, env) as unknown as DurableObjectNamespace, placementOptions(env));
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
