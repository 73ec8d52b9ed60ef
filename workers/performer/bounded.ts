/**
 * Calls and statements of a step within what its tenant may have under way in this isolate.
 *
 * 1. Waiting for a turn takes half of the step's time at most; then the step fails with `egress_busy`, which says nothing of
 *    the other side and is retried like any failure that passes.
 */
import type { PerformEffect } from '#contracts/step';
import type { DatabasePort, HttpPort } from '#steps/define-step';
import type { Bulkhead } from '#workers/egress/bulkhead';
import { type EgressBounds, Passage } from '#workers/egress/passage';

/** `null`: no bound. */
export interface EffectBounds extends EgressBounds {
  statements: number | null;
}

export interface BoundedBy {
  bulkhead: Bulkhead;
  bounds(effect: PerformEffect): Promise<EffectBounds>;
}

/** A port whose bodies are told of as they go by, whatever comes of the call. */
export type CountedHttp = (counted?: (bytes: number) => void) => HttpPort;

export function boundedHttp(http: CountedHttp, { bulkhead, bounds }: BoundedBy, effect: PerformEffect, signal: AbortSignal): HttpPort {
  return {
    async fetch(request) {
      const passage = await Passage.begin(bulkhead, effect.tenant, await bounds(effect), turnOf(effect, signal));
      try {
        return await http(passage.isPaid ? (bytes) => passage.spend(bytes) : undefined).fetch(request);
      } finally {
        passage.end();
      }
    },
  };
}

/** `signal` is made only where somebody waits by it. */
export function boundedDatabases(databases: DatabasePort, { bulkhead, bounds }: BoundedBy, effect: PerformEffect, signal: () => AbortSignal): DatabasePort {
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const { statements } = await bounds(effect);
    if (statements === null) return work();
    const { tenant, workflow, environment } = effect;
    const held = await bulkhead.enter(`statements ${tenant}/${workflow}/${environment}`, { ...turnOf(effect, signal()), most: statements });
    try {
      return await work();
    } finally {
      held.end();
    }
  };
  return {
    query: (...order) => inTurn(() => databases.query(...order)),
    exec: (...order) => inTurn(() => databases.exec(...order)),
  };
}

function turnOf({ timeout_ms }: PerformEffect, signal: AbortSignal) {
  return { lasts_ms: timeout_ms, patience_ms: timeout_ms / 2, signal };
}
