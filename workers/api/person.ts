/** The person behind a call: for endpoints about the own account, which keys do not have. */
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import type { Call } from '#workers/api/endpoint';

/** Throws Problem('forbidden'). */
export async function personOf({ actor, stores }: Pick<Call, 'actor' | 'stores'>): Promise<User> {
  const user = actor.kind === 'user' ? await stores.users.get(actor.tenant, actor.id) : null;
  if (!user)
    throw new Problem(
      'forbidden',
      'This is about the account of a person; a key has none. Sign in with address and password, or through an identity provider.',
    );
  return user;
}
