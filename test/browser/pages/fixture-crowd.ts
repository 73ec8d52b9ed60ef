/** A hundred thousand executions that have all ended, made as they are asked for: for the list of any length. */
import type { ExecutionSummary } from '#contracts/execution';
import { fixtureId, TENANT } from './fixture-executions';

export const CROWD = 'crowd';
const TOTAL = 120_000;

export function crowdAnswer(url: URL, now: number): Response {
  const status = url.searchParams.get('status');
  if (status !== null && status !== 'completed' && status !== 'failed') return Response.json({ items: [], next_cursor: null });
  const to = url.searchParams.get('to');
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const limit = Number(url.searchParams.get('limit') ?? 50);
  const items: ExecutionSummary[] = [];
  let n = from;
  for (; items.length < limit && n < TOTAL; n++) {
    const row = crowdRow(n, now);
    if ((to === null || row.started_at < to) && (status === null || row.status === status)) items.push(row);
  }
  return Response.json({ items, next_cursor: n < TOTAL ? String(n) : null });
}

function crowdRow(n: number, now: number): ExecutionSummary {
  const started = now - n * 1000;
  return {
    execution_id: fixtureId(`crowd-${n}`),
    workflow: CROWD,
    workflow_id: 'wf_crowd',
    version: 1,
    environment: 'production',
    pipeline: `pipeline-${n}`,
    tenant: TENANT,
    status: n % 40 === 7 ? 'failed' : 'completed',
    trigger: 'http',
    started_at: new Date(started).toISOString(),
    completed_at: new Date(started + 340).toISOString(),
    duration_ms: 340,
    ...(n % 40 === 7 ? { current_step: 'charge', error: { code: 'upstream_status', message: '503 from payment' } } : {}),
  };
}
