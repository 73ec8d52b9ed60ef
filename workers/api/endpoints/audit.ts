/** The audit log of a tenant: read, checked, taken away. */
import { type auditEntrySchema, auditListQuery, auditPage, auditVerdictSchema } from '#contracts/api-audit';
import type { AuditEntry } from '#contracts/audit';
import { LIMITS } from '#contracts/limits';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { auditLogOf } from '#workers/api/audit';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import type { Stores } from '#workers/stores';

const TAG = 'Audit';
const MEDIA_TYPE = 'application/jsonl';
const LINES_AT_ONCE = 500;

type Words = (action: string) => string | undefined;

const list = (wordsOf: Words) =>
  endpoint({
    route: 'GET /audit',
    weight: 'medium',
    tag: TAG,
    summary: 'Who changed what',
    query: auditListQuery,
    answer: auditPage,
    answers: { 200: { description: 'Newest first', schema: auditPage } },
    problems: ['invalid_cursor'],
    async handle({ env, tenant, query, stores }) {
      const { limit = LIMITS.listDefault, cursor, ...filter } = query;
      const before = cursor === undefined ? undefined : decodeCursor('audit', ['number'], cursor)[0];
      const actor = await actorCalled(stores, tenant, filter.actor);
      if (actor === null) return { body: { items: [], next_cursor: null } };
      const page = await auditLogOf(env, tenant).page({ ...filter, actor, limit, before });
      return { body: { items: page.items.map((entry) => view(entry, wordsOf)), next_cursor: page.next === null ? null : encodeCursor('audit', [page.next]) } };
    },
  });

const verify = endpoint({
  route: 'GET /audit/verify',
  weight: 'heavy',
  tag: TAG,
  summary: 'Whether the chain is whole',
  description: 'Every entry is hashed anew. Keep `head` elsewhere: a chain that is valid and still has that hash in it was neither cut nor altered since.',
  answer: auditVerdictSchema,
  answers: { 200: { description: 'The verdict', schema: auditVerdictSchema } },
  async handle({ env, tenant }) {
    return { body: await auditLogOf(env, tenant).verify() };
  },
});

const exportAll = endpoint({
  route: 'GET /audit/export',
  weight: 'heavy',
  tag: TAG,
  summary: 'The whole log as JSON Lines',
  description: 'Oldest first. `hash` is the SHA-256 of `prev`, a line break, and the JSON of the line without `prev` and `hash`, instants as they are here.',
  answers: { 200: { description: 'A line an entry', mediaType: MEDIA_TYPE } },
  async handle({ env, tenant }) {
    let next = 1;
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const entries = await auditLogOf(env, tenant).lines(next, LINES_AT_ONCE);
        for (const entry of entries) controller.enqueue(new TextEncoder().encode(`${JSON.stringify(entry)}\n`));
        if (entries.length < LINES_AT_ONCE) return controller.close();
        next = entries.at(-1)!.seq + 1;
      },
    });
    return new Response(stream, {
      headers: {
        'Content-Type': `${MEDIA_TYPE}; charset=utf-8`,
        'Content-Disposition': `attachment; filename="audit-${tenant}.jsonl"`,
        'Cache-Control': 'no-store',
      },
    });
  },
});

/** @param wordsOf what an action is in words; `undefined` for one that there is no more. */
export function auditEndpoints(wordsOf: Words): AnyEndpoint[] {
  return [list(wordsOf), verify, exportAll];
}

/** Entries keep who did it by id; people are asked for by their address. `null`: nobody has it. */
async function actorCalled({ users }: Pick<Stores, 'users'>, tenant: string, text: string | undefined): Promise<string | undefined | null> {
  if (!text?.includes('@')) return text;
  const user = await users.byEmail(tenant, text.trim().toLowerCase());
  return user && `user:${user.id}`;
}

function view({ at, ...entry }: AuditEntry, wordsOf: Words): (typeof auditEntrySchema)['_input'] {
  const summary = wordsOf(entry.action);
  return { ...entry, at: instant(at), ...(summary === undefined ? {} : { summary }) };
}
