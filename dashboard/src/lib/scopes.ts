/** Scopes of keys in groups, as the dialog of a new key shows them. Pure. */

export interface ScopeGroup {
  name: string;
  scopes: { scope: string; verb: string }[];
}

export function scopeGroups(scopes: readonly string[]): ScopeGroup[] {
  const groups = new Map<string, ScopeGroup>();
  for (const scope of scopes) {
    const [area = scope, verb = scope] = scope.split(':');
    const group = groups.get(area) ?? { name: `${area[0]!.toUpperCase()}${area.slice(1).replaceAll('-', ' ')}`.replace('Api keys', 'API keys'), scopes: [] };
    group.scopes.push({ scope, verb });
    groups.set(area, group);
  }
  return [...groups.values()];
}
