/** Who has which role: in the company, in an organization, in a project. The same calls at each level. */
import { COMPANY, type PlaceRef } from '#contracts/access';
import { memberPage, memberRequest, memberSchema, removeMemberQuery } from '#contracts/api-access';
import { listQuery } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Member } from '#storage/access-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { memberViews } from '#workers/api/member-views';
import type { RouteName } from '#workers/api/policy';
import { mustReach } from '#workers/identity/giving';
import { strongestOf } from '#workers/identity/grants';
import { roleIn } from '#workers/identity/places';
import { mustExist, unknownMember } from '#workers/identity/subjects';

const TAG = 'Access';

interface Place {
  /** `in the company`, for summaries. */
  where: string;
  list: RouteName;
  put: RouteName;
  remove: RouteName;
  of(params: Call['params']): PlaceRef;
  unknown?: 'unknown_organization' | 'unknown_project';
}

const PLACES: Place[] = [
  { where: 'in the company', list: 'GET /members', put: 'PUT /members/{member}', remove: 'DELETE /members/{member}', of: () => COMPANY },
  {
    where: 'in an organization',
    list: 'GET /organizations/{organization}/members',
    put: 'PUT /organizations/{organization}/members/{member}',
    remove: 'DELETE /organizations/{organization}/members/{member}',
    of: ({ organization }) => ({ level: 'organization', id: organization! }),
    unknown: 'unknown_organization',
  },
  {
    where: 'in a project',
    list: 'GET /projects/{project}/members',
    put: 'PUT /projects/{project}/members/{member}',
    remove: 'DELETE /projects/{project}/members/{member}',
    of: ({ project }) => ({ level: 'project', id: project! }),
    unknown: 'unknown_project',
  },
];

function list({ where, list: route, of, unknown }: Place): AnyEndpoint {
  return endpoint({
    route,
    tag: TAG,
    summary: `List who has a role ${where}`,
    description: 'Roles that were given at this level; those of a level above hold here too, and are listed there.',
    query: listQuery,
    answer: memberPage,
    answers: { 200: { description: 'A page', schema: memberPage } },
    problems: ['invalid_cursor', ...(unknown ? [unknown] : [])],
    async handle(call) {
      const place = of(call.params);
      await roleIn(call, place);
      const page = await call.stores.members.list(call.tenant, place, { limit: call.query.limit ?? LIMITS.listDefault, cursor: call.query.cursor });
      return { body: { items: await memberViews(call.stores, call.tenant, page.items), next_cursor: page.next_cursor } };
    },
  });
}

function put({ where, put: route, of, unknown }: Place): AnyEndpoint {
  return endpoint({
    route,
    tag: TAG,
    summary: `Give a role ${where}`,
    description: 'In place of the one that they had there. To somebody of the company, or a service account; others are invited. Not above your own role.',
    body: memberRequest,
    answer: memberSchema,
    answers: { 200: { description: 'Given', schema: memberSchema } },
    problems: ['unknown_member', 'last_owner', 'invalid_json', ...(unknown ? [unknown] : [])],
    async handle(call) {
      const { stores, tenant, params, body, actor, now, note } = call;
      const place = of(params);
      const own = await roleIn(call, place);
      mustReach(own, body.role, place);
      await mustExist(stores, tenant, params.member!);
      const known = await stores.members.get(tenant, place, params.member!);
      if (known) mustReach(own, known.role, place);
      const member: Member = {
        ...place,
        subject: params.member!,
        role: body.role,
        created_at: known?.created_at ?? now,
        created_by: known?.created_by ?? actor.by,
      };
      if ((await stores.members.put(tenant, member)) === 'last_owner') throw lastOwner();
      if (known) note.before = { role: known.role };
      note.after = { role: body.role };
      return { body: (await memberViews(stores, tenant, [member]))[0]! };
    },
  });
}

function remove({ where, remove: route, of, unknown }: Place): AnyEndpoint {
  return endpoint({
    route,
    tag: TAG,
    summary: `Take a role ${where} away`,
    description: 'What they may do by roles at other levels stays.',
    query: unknown ? undefined : removeMemberQuery,
    answers: { 204: { description: 'Taken away' } },
    problems: ['unknown_member', 'last_owner', ...(unknown ? [unknown] : [])],
    async handle(call) {
      const { stores, tenant, params, note } = call;
      const place = of(params);
      const own = await roleIn(call, place);
      const subject = params.member!;
      const known = await stores.members.get(tenant, place, subject);
      const everywhere = (call.query as { everywhere?: string }).everywhere === 'true';
      if (!known && !(everywhere && (await stores.members.isMember(tenant, subject)))) throw unknownMember(subject);
      if (known) {
        mustReach(own, known.role, place);
        note.before = { role: known.role };
      }
      // Of roles in organizations and projects, too, none is above the own one.
      const strongest = everywhere ? strongestOf(await stores.members.grantsOf(tenant, subject)) : undefined;
      if (strongest) mustReach(own, strongest, place);
      const done = everywhere ? await stores.members.removeSubject(tenant, subject) : await stores.members.remove(tenant, place, subject);
      if (done === 'last_owner') throw lastOwner();
      if (done === 'unknown') throw unknownMember(subject);
      return {};
    },
  });
}

const get = endpoint({
  route: 'GET /members/{member}',
  tag: TAG,
  summary: 'List the roles of somebody',
  description: 'At all levels.',
  query: listQuery,
  answer: memberPage,
  answers: { 200: { description: 'A page', schema: memberPage } },
  problems: ['unknown_member', 'invalid_cursor'],
  async handle({ stores, tenant, params, query }) {
    await mustExist(stores, tenant, params.member!);
    const page = await stores.members.ofSubject(tenant, params.member!, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: await memberViews(stores, tenant, page.items), next_cursor: page.next_cursor } };
  },
});

export const memberEndpoints: AnyEndpoint[] = [...PLACES.flatMap((place) => [list(place), put(place), remove(place)]), get];

function lastOwner(): Problem {
  return new Problem('last_owner', 'This is the last person who owns the company.');
}
