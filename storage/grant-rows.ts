/** What the rows of somebody's roles come to. The highest of several in one place holds. */
import { type Grants, higherOf, type PlaceRef, type Role } from '#contracts/access';

export function grantsOfRows(rows: readonly (PlaceRef & { role: Role })[]): Grants {
  const grants: Grants = { organizations: {}, projects: {} };
  for (const { level, id, role } of rows) {
    if (level === 'company') grants.company = higherOf(grants.company, role);
    else {
      const places = level === 'organization' ? grants.organizations : grants.projects;
      places[id] = higherOf(places[id], role)!;
    }
  }
  return grants;
}
