/** Erasing a tenant: everything of it in every region, with a certificate at the end. */
import { erasureCertificatePage, erasureRequest, erasureSchema } from '#contracts/api-erasure';
import { listQuery } from '#contracts/api-parts';
import type { Erasure, ErasureCertificate } from '#contracts/erasure';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { eraserOf } from '#workers/erasure/ports';
import { movingProblem } from '#workers/moving/late';

const TAG = 'Platform';
const LIST = 'erasures';

const begin = endpoint({
  route: 'POST /tenants/{tenant}/erasure',
  tag: TAG,
  summary: 'Erase a tenant',
  description:
    'Once it has answered, nobody gets in anywhere and nothing is started; then everything of the tenant is erased in every region: executions (running ones are ended where they stand), databases, files, secrets, keys, members, the audit log, the name. It cannot be undone. The same call again answers how far it is.',
  body: erasureRequest,
  answer: erasureSchema,
  answers: { 202: { description: 'It has begun', schema: erasureSchema } },
  problems: ['unknown_tenant', 'invalid_json'],
  whileClosed: true,
  async handle(call) {
    const { env, tenant, body, actor, now } = ownTenant(call);
    if (body.confirm !== tenant)
      throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.', {
        errors: [{ code: 'not_confirmed', message: `write ${tenant}`, path: 'confirm' }],
      });
    const erasure = await eraserOf(env, tenant).begin({ tenant, region: env.REGION, home: true, requested_by: actor.by, requested_at: now });
    if (!erasure) throw movingProblem(tenant);
    return { body: view(erasure) };
  },
});

const progress = endpoint({
  route: 'GET /tenants/{tenant}/erasure',
  tag: TAG,
  summary: 'How far the erasure of a tenant is',
  answer: erasureSchema,
  answers: { 200: { description: 'Where it stands', schema: erasureSchema } },
  problems: ['unknown_tenant', 'not_found'],
  whileClosed: true,
  async handle(call) {
    const { env, tenant } = ownTenant(call);
    const erasure = await eraserOf(env, tenant).progress();
    if (!erasure) throw new Problem('not_found', `${tenant} is not being erased.`);
    return { body: view(erasure) };
  },
});

const list = endpoint({
  route: 'GET /erasures',
  tag: TAG,
  summary: 'Certificates of erased tenants',
  description: 'Newest first, region after region. Each holds counts and hashes of what was erased, and the hash of the one before it in its region.',
  query: listQuery,
  answer: erasureCertificatePage,
  answers: { 200: { description: 'A page', schema: erasureCertificatePage } },
  problems: ['invalid_cursor'],
  anyTenant: true,
  async handle({ env, query }) {
    const limit = query.limit ?? LIMITS.listDefault;
    const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : decodeCursor(LIST, ['number'], query.cursor)[0];
    const { results } = await env.DB.prepare('SELECT seq, certificate FROM erasure_certificates WHERE seq < ? ORDER BY seq DESC LIMIT ?')
      .bind(before, limit + 1)
      .all<{ seq: number; certificate: string }>();
    const page = pageOf(results, limit, (last) => encodeCursor(LIST, [last.seq]));
    return {
      body: { items: page.items.map(({ certificate }) => certificateView(JSON.parse(certificate) as ErasureCertificate)), next_cursor: page.next_cursor },
    };
  },
});

export const erasureEndpoints: AnyEndpoint[] = [begin, progress, list];

function view({ region: _, home: __, requested_at, ...erasure }: Erasure) {
  return { ...erasure, requested_at: instant(requested_at) };
}

function certificateView({ requested_at, finished_at, regions, ...certificate }: ErasureCertificate) {
  return {
    ...certificate,
    requested_at: instant(requested_at),
    finished_at: instant(finished_at),
    regions: regions.map((each) => ({ ...each, finished_at: instant(each.finished_at) })),
  };
}
