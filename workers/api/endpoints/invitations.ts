/** Inviting people: a role in a place, and a link that whoever reads the mail of that address can accept it with. */
import type { z } from 'zod';
import type { PlaceRef, Role } from '#contracts/access';
import {
  invitationListRequest,
  invitationListSchema,
  invitationMadeSchema,
  invitationPage,
  invitationRequest,
  invitationsQuery,
  invitedAddress,
} from '#contracts/api-access';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Invitation } from '#storage/access-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { mustReach } from '#workers/identity/giving';
import { newInvitationToken } from '#workers/identity/invitations';
import { namedPlace, placeOf, roleIn } from '#workers/identity/places';
import { publicOrigin } from '#workers/identity/public-origin';
import { sendMail } from '#workers/mail/send';

const TAG = 'Access';

const create = endpoint({
  route: 'POST /invitations',
  tag: TAG,
  summary: 'Invite somebody',
  description:
    'To the company, an organization or a project, with a role that is not above your own. A mail with the link goes out where mail is set up; the link is also answered, this once. Inviting the same address to the same place again ends the earlier invitation.',
  body: invitationRequest,
  answer: invitationMadeSchema,
  answers: { 201: { description: 'Invited; `url` is shown this once', schema: invitationMadeSchema } },
  problems: ['unknown_organization', 'unknown_project', 'limit_reached', 'invalid_json'],
  async handle(call) {
    const { email, role, expires_in } = call.body;
    const place = await placeToInviteTo(call, call.body, role);
    const { stores, tenant, note } = call;
    if ((await stores.invitations.count(tenant)) >= LIMITS.invitations) {
      throw new Problem('limit_reached', `A company has ${LIMITS.invitations} open invitations at most.`);
    }
    const made = await invite(call, email, { role, place, expires_in });
    note.after = { email, role, ...namedPlace(place), expires_at: made.expires_at };
    return { body: made };
  },
});

const createMany = endpoint({
  route: 'POST /invitations/bulk',
  weight: 'heavy',
  tag: TAG,
  summary: 'Invite several people',
  description: `${LIMITS.invitationsAtOnce} addresses at most, to one place with one role. Each is invited as one alone would be, and what became of each stands in the answer, in their order: one that is no address keeps the others from nothing.`,
  body: invitationListRequest,
  answer: invitationListSchema,
  answers: { 200: { description: 'What became of each; every `url` is shown this once', schema: invitationListSchema } },
  problems: ['unknown_organization', 'unknown_project', 'invalid_json'],
  async handle(call) {
    const { role, expires_in } = call.body;
    const place = await placeToInviteTo(call, call.body, role);
    const { stores, tenant, note, now } = call;
    let room = LIMITS.invitations - (await stores.invitations.count(tenant));
    const items: z.infer<typeof invitationListSchema>['items'] = [];
    for (const email of new Set(call.body.emails.map((each) => each.trim().toLowerCase()))) {
      if (!invitedAddress.safeParse(email).success) items.push({ email, outcome: 'no_address' });
      else if (room-- <= 0) items.push({ email, outcome: 'limit_reached' });
      else items.push({ email, outcome: 'invited', invitation: await invite(call, email, { role, place, expires_in }) });
    }
    const emails = items.filter(({ outcome }) => outcome === 'invited').map(({ email }) => email);
    note.after = { emails, role, ...namedPlace(place), expires_at: instant(now + expires_in) };
    return { body: { items } };
  },
});

const list = endpoint({
  route: 'GET /invitations',
  tag: TAG,
  summary: 'List invitations',
  description: 'Those that nobody has accepted yet: of the company and all in it, or to one organization or project.',
  query: invitationsQuery,
  answer: invitationPage,
  answers: { 200: { description: 'A page', schema: invitationPage } },
  problems: ['invalid_cursor', 'unknown_organization', 'unknown_project'],
  async handle(call) {
    const { limit = LIMITS.listDefault, cursor, ...named } = call.query;
    const place = placeOf(named);
    await roleIn(call, place);
    const page = await call.stores.invitations.list(call.tenant, { limit, cursor, ...(place.level === 'company' ? {} : { place }) });
    return { body: { items: page.items.map((each) => view(each, call.now)), next_cursor: page.next_cursor } };
  },
});

const remove = endpoint({
  route: 'DELETE /invitations/{invitation}',
  tag: TAG,
  summary: 'Withdraw an invitation',
  description: 'Its link is worth nothing from then on.',
  answers: { 204: { description: 'Withdrawn' } },
  problems: ['unknown_invitation'],
  async handle({ access, stores, tenant, params, note }) {
    const id = params.invitation!;
    const unknown = new Problem('unknown_invitation', `There is no open invitation ${id.slice(0, 64)}.`);
    const invitation = await stores.invitations.get(tenant, id);
    if (!invitation) throw unknown;
    access.at(invitation, unknown);
    if (!(await stores.invitations.remove(tenant, id))) throw unknown;
    note.before = { email: invitation.email, role: invitation.role, ...namedPlace(invitation) };
    return {};
  },
});

export const invitationEndpoints: AnyEndpoint[] = [create, createMany, list, remove];

/** Where the caller may give the role. Throws Problem: forbidden, unknown_organization, unknown_project. */
async function placeToInviteTo(call: Call, named: { organization?: string | undefined; project?: string | undefined }, role: Role): Promise<PlaceRef> {
  const place = placeOf(named);
  mustReach(await roleIn(call, place), role, place);
  return place;
}

/** Makes the invitation and sends it, with the link that is shown this once. */
async function invite(call: Call, email: string, { role, place, expires_in }: { role: Role; place: PlaceRef; expires_in: number }) {
  const { stores, tenant, actor, now } = call;
  const { token, hash } = await newInvitationToken();
  const invitation: Invitation = {
    ...place,
    invitation_id: newId('inv'),
    email,
    role,
    created_at: now,
    created_by: actor.by,
    expires_at: now + expires_in,
  };
  await stores.invitations.create(tenant, invitation, hash);
  const url = `${publicOrigin(call.env, call.request)}/sign-in/invitation?company=${tenant}&token=${token}`;
  return { ...view(invitation, now), url, mailed: await mailed(call, invitation, url) };
}

/** Whether a mail is on its way. Without it the invitation stands all the same: its link is in the answer. */
async function mailed({ env, stores, tenant, now }: Call, invitation: Invitation, url: string): Promise<boolean> {
  const company = oneLine((await stores.tenants.get(tenant))?.name ?? tenant);
  try {
    await sendMail(
      env,
      {
        tenant,
        key: `invitation/${invitation.invitation_id}`,
        kind: 'invitation',
        to: invitation.email,
        subject: `You are invited to ${company}`,
        paragraphs: [
          `You are invited to ${company} on Workflow, with the role ${invitation.role}.`,
          `The link works until ${instant(invitation.expires_at).slice(0, 16).replace('T', ' ')} UTC. If you did not expect it, leave it alone.`,
        ],
        action: { label: 'Accept the invitation', url },
      },
      now,
    );
    return true;
  } catch (error) {
    if (error instanceof Problem && (error.code === 'mail_unavailable' || error.code === 'mail_limit')) return false;
    throw error;
  }
}

/** A name as a subject may hold it. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 120);
}

function view(invitation: Invitation, now: number) {
  const { invitation_id: id, email, role, level, created_at, created_by, expires_at } = invitation;
  return {
    id,
    email,
    role,
    level,
    ...namedPlace(invitation),
    status: expires_at <= now ? ('expired' as const) : ('open' as const),
    created_at: instant(created_at),
    created_by,
    expires_at: instant(expires_at),
  };
}
