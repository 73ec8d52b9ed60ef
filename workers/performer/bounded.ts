/**
 * Calls and statements of a step within what its tenant may have under way in this isolate.
 *
 * 1. Waiting for a turn takes half of the step's time at most; then the step fails with `egress_busy`, which says nothing of
 *    the other side and is retried like any failure that passes.
 */
import type { PerformEffect } from '#contracts/step';
import type { DatabasePort, HttpPort } from '#steps/define-step';
import type { Bulkhead } from '#workers/egress/bulkhead';

/** `null`: no bound. */
export interface EffectBounds {
  calls: number | null;
  bytes_per_s: number | null;
  statements: number | null;
}

export interface BoundedBy {
  bulkhead: Bulkhead;
  bounds(effect: PerformEffect): Promise<EffectBounds>;
}

export function boundedHttp(http: HttpPort, { bulkhead, bounds }: BoundedBy, effect: PerformEffect, signal: AbortSignal): HttpPort {
  return {
    async fetch(request) {
      const { calls, bytes_per_s } = await bounds(effect);
      const turn = turnOf(effect, signal);
      const end = calls === null ? undefined : await bulkhead.enter(`calls ${effect.tenant}`, { ...turn, most: calls });
      try {
        if (bytes_per_s === null) return await http.fetch(request);
        await bulkhead.pace(effect.tenant, bytes_per_s, turn);
        // The request is paid for whatever comes of it.
        bulkhead.spend(effect.tenant, bytes_per_s, request.body?.length ?? 0);
        const reply = await http.fetch(request);
        bulkhead.spend(effect.tenant, bytes_per_s, reply.body.length);
        return reply;
      } finally {
        end?.();
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
    const end = await bulkhead.enter(`statements ${tenant}/${workflow}/${environment}`, { ...turnOf(effect, signal()), most: statements });
    try {
      return await work();
    } finally {
      end();
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
