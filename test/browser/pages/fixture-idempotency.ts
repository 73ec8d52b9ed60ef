/** One key of a step that has had its effect, for the pages. */
import type { IdempotencyKeyItem } from '../../../dashboard/src/lib/api-types';
import { fixtureId } from './fixture-executions';

export const KNOWN_KEY = 'charge_ord/2026 02';

export function fixtureIdempotencyKey(url: URL, key: string, startedAt: number): Response | undefined {
  if (key !== KNOWN_KEY || url.searchParams.get('environment') !== 'production' || url.searchParams.get('phase') !== 'run') return undefined;
  const found: IdempotencyKeyItem = {
    key,
    environment: 'production',
    phase: 'run',
    status: 'stored',
    execution_id: fixtureId('compensated'),
    step: 'charge-payment',
    expires_at: new Date(startedAt + 86_400_000).toISOString(),
    output: { charge_id: 'ch_1', amount: 4200 },
  };
  return Response.json(found);
}
