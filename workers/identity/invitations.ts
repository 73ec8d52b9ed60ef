/**
 * Invitations as tokens: what is sent to somebody, and what it is worth.
 *
 * 1. A token is shown once, to who invites, and sent once, to who is invited; what is stored is its hash.
 * 2. Taking one gives the role and ends it, both or neither.
 */
import type { Invitation } from '#storage/access-ports';
import type { RegionEnv } from '#workers/env';
import { sha256Hex } from '#workers/identity/digest';
import { storesOf } from '#workers/stores';

type InvitationEnv = Pick<RegionEnv, 'DB' | 'STORE'>;

const TOKEN_BYTES = 32;
const INVITATION_TOKEN = /^inv_[0-9a-f]{64}$/;

export async function newInvitationToken(): Promise<{ token: string; hash: string }> {
  let token = 'inv_';
  for (const byte of crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))) token += byte.toString(16).padStart(2, '0');
  return { token, hash: await sha256Hex(token) };
}

/** What the token invites to, for the page that asks whether to accept; `null` when it is not valid (any more). */
export async function invitationOf(env: InvitationEnv, tenant: string, token: string, now: number): Promise<Invitation | null> {
  return INVITATION_TOKEN.test(token) ? storesOf(env).invitations.byToken(tenant, await sha256Hex(token), now) : null;
}

/** Gives `subject` (`usr_…`, with the invited address verified by the token) the role. `null` when the token is not valid (any more). */
export async function acceptInvitation(env: InvitationEnv, tenant: string, token: string, subject: string, now: number): Promise<Invitation | null> {
  return INVITATION_TOKEN.test(token) ? storesOf(env).invitations.accept(tenant, await sha256Hex(token), subject, now) : null;
}
