/** The performer of a region, put together from the bindings of its Worker. */

import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import type { EventMessage } from '#contracts/bus-rpc';
import type { DatabaseSpec, DataSchema } from '#contracts/definition';
import type { KeyStoreRpc } from '#contracts/key-store';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Performer } from '#engine/ports';
import type { ActorPort, ArtifactPort, CallPort, HttpPort, MachinePort, PlatformPort, RevocationPort } from '#steps/define-step';
import { steps } from '#steps/registry';
import { lanes } from '#workers/egress/lanes';
import { boundedDatabases, boundedHttp, type EffectBounds } from '#workers/performer/bounded';
import { createBus } from '#workers/performer/bus';
import { createDatabases } from '#workers/performer/databases';
import type { BreakerPort, KeptResults } from '#workers/performer/guarded';
import { createPerformer } from '#workers/performer/performer';
import { keyShard } from '#workers/performer/shard';
import type { SecretProvider } from '#workers/secrets/providers';

export interface RegionObjects {
  /** Object of an application's database, by its name; placed in the region. */
  database(name: string): AppDatabaseRpc;
  noteDatabase(name: string, tenant: string): Promise<void>;
  /** Object of a shard of keys, by its name; placed in the region. */
  keyStore(name: string): KeyStoreRpc;
  /** Resolves once the event is on the bus. */
  publish(message: EventMessage): Promise<void>;
  secrets: SecretProvider;
  /** `secrets`: values that may stand in the address. */
  http(effect: PerformEffect, signal: AbortSignal, secrets: readonly string[], counted?: (bytes: number) => void): HttpPort;
  machines(effect: PerformEffect): MachinePort;
  artifacts(effect: PerformEffect): ArtifactPort;
  actors(effect: PerformEffect): ActorPort;
  calls(effect: PerformEffect): CallPort;
  revocations(effect: PerformEffect): RevocationPort;
  platform(effect: PerformEffect): PlatformPort;
  /** What the tenant of the effect may have under way in an isolate. */
  bounds(effect: PerformEffect): Promise<EffectBounds>;
  breakers: BreakerPort;
  kept: KeptResults;
  /** The shapes of data of the definition that the effect is pinned to. */
  schemas(effect: PerformEffect): Promise<{ [name: string]: DataSchema }>;
  /** What came of an effect without what its pipeline masks. */
  masked(effect: PerformEffect, outcome: StepOutcome): Promise<StepOutcome>;
  /** The databases of the definition that the effect is pinned to. */
  specs(effect: PerformEffect): Promise<{ [name: string]: DatabaseSpec }>;
}

export function regionPerformer(objects: RegionObjects): Performer {
  const bounded = { bulkhead: lanes, bounds: objects.bounds };
  const databases = { open: objects.database, note: objects.noteDatabase, specs: objects.specs };
  return createPerformer({
    steps,
    secrets: objects.secrets,
    http: (effect, signal, secrets) => boundedHttp((counted) => objects.http(effect, signal, secrets, counted), bounded, effect, signal),
    databases: (effect, signal) => boundedDatabases(createDatabases(databases, effect), bounded, effect, signal),
    bus: (effect) => createBus(objects.publish, effect, Date.now, () => objects.schemas(effect)),
    machines: objects.machines,
    artifacts: objects.artifacts,
    actors: objects.actors,
    calls: objects.calls,
    revocations: objects.revocations,
    platform: objects.platform,
    breakers: objects.breakers,
    kept: objects.kept,
    masked: objects.masked,
    keys: (tenant, key) => objects.keyStore(keyShard(tenant, key)),
    now: Date.now,
    report: (what, effect) =>
      console.error(JSON.stringify({ message: 'An effect failed on our side', execution_id: effect.execution_id, step: effect.step, error: what })),
  });
}
