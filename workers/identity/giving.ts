/** Nobody gives, or takes, a role above the own one in that place. */
import { atLeast, type PlaceRef, type Role } from '#contracts/access';
import { Problem } from '#contracts/problems';

/** Throws Problem('forbidden'). */
export function mustReach(own: Role, role: Role, place: PlaceRef): void {
  if (atLeast(own, role)) return;
  throw new Problem('forbidden', `role: with the role ${own} in the ${place.level} you cannot give or take the role ${role} there.`);
}
