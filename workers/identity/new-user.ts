/** An account as it begins. */
import { newId } from '#contracts/ids';
import type { User } from '#storage/identity-ports';

export function newUser({ email, name, verified_at }: Pick<User, 'email' | 'name' | 'verified_at'>, now: number): User {
  return { id: newId('usr'), email, name, created_at: now, verified_at, disabled_at: null, last_sign_in_at: null, second_factor: false };
}
