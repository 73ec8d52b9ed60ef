/** Entries of the stand-in API's audit log. */
import type { AuditItem } from '../../../dashboard/src/lib/api-types';

const entry = (seq: number, minutes: number, more: Partial<AuditItem>): AuditItem => ({
  seq,
  at: new Date(Date.now() - minutes * 60_000).toISOString(),
  actor: 'admin',
  role: 'owner',
  action: 'PUT /secrets/{name}',
  summary: 'Set a secret',
  target: 'secrets/STRIPE_KEY',
  status: 200,
  request_id: `req_${seq}`,
  prev: `${seq - 1}`.padStart(64, '0'),
  hash: `${seq}`.padStart(64, '0'),
  ...more,
});

const ENTRIES = [
  entry(4, 2, { before: { version: 2 }, after: { environment: 'staging', version: 3 } }),
  entry(3, 41, { actor: 'key:key_ci', role: 'viewer', status: 403, address: '203.0.113.9' }),
  entry(2, 300, {
    action: 'POST /executions/{execution}/cancel',
    summary: 'Cancel an execution',
    target: 'executions/exec_0Ab3F9kQz1xYw2Vu4Ts5Rq6Po7Nm8Lk9Ji0Hg1Fe2Dc3B4a',
    actor: 'key:key_ci',
    role: 'editor',
  }),
  entry(1, 4000, {
    action: 'POST /workflows',
    summary: 'Store a new workflow',
    target: 'workflows/wf_orders',
    status: 201,
    after: { name: 'orders', version: 1, deployed: 'production' },
  }),
];

export function auditAnswer(url: URL): Response {
  const asked = (name: 'actor' | 'action' | 'target') => url.searchParams.get(name);
  const at = (name: 'from' | 'to', missing: number) => Date.parse(url.searchParams.get(name) ?? '') || missing;
  const items = ENTRIES.filter((one) => (['actor', 'action', 'target'] as const).every((name) => !asked(name) || one[name].startsWith(asked(name)!))).filter(
    (one) => Date.parse(one.at) >= at('from', 0) && Date.parse(one.at) < at('to', Number.MAX_SAFE_INTEGER),
  );
  return Response.json({ items, next_cursor: null });
}
