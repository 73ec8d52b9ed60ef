/**
 * Which rule of a document's `regions.data_residency` holds for a start, and what its definition may leave for. Pure.
 *
 * 1. What a request says of a tenant counts for nothing: `tenant.region` and `tenant.slug` are the platform's own.
 * 2. A value that is not there matches no value, so such a start is for a later rule.
 */
import type { JsonObject } from '#contracts/json';
import type { Replication } from '#contracts/peer';
import type { ResidencyMatch, ResidencyRule, ResidentTenant } from '#contracts/residency';
import { testCondition } from '#language/conditions';
import { readPath } from '#language/expressions';
import { parsePath, type Value } from '#language/path';

/** `context`: what starts the execution, as templates see it. Throws Problem: expression_error, template_error. */
export function ruleFor(rules: readonly ResidencyRule[], context: JsonObject, tenant: ResidentTenant, now: number): ResidencyRule | undefined {
  const seen: JsonObject = { ...context, tenant: { ...tenant } };
  return rules.find(({ match: { fields = [], expression } }) => {
    const holds = fields.every(({ path, values }) => isOneOf(readPath(seen, parsePath(path)!), values));
    return holds && (expression === undefined || testCondition(expression, { context: seen, now, config: {}, strict: false }));
  });
}

/** Whether the definition may be sent to a region; `undefined`: the rules leave that to the tenant. */
export function mayLeaveFor(rules: readonly ResidencyRule[], tenant: ResidentTenant, region: string): boolean | undefined {
  const possible = possibleRules(rules, tenant);
  const says = (replication: Replication) => possible.some((rule) => rule.replication === replication);
  if (possible.some((rule) => rule.region === region) || says('cross-region')) return true;
  return says('none') ? false : undefined;
}

/** Whether the definition is to go to every region, before anything is started there. */
export function goesEverywhere(rules: readonly ResidencyRule[], tenant: ResidentTenant): boolean {
  return possibleRules(rules, tenant).some(({ replication }) => replication === 'cross-region');
}

/** Those that some start of the tenant may come to. */
function possibleRules(rules: readonly ResidencyRule[], tenant: ResidentTenant): ResidencyRule[] {
  const possible = rules.filter(({ match }) => ofTenant(match).every(({ path, values }) => isOneOf(tenantField(tenant, path), values)));
  const last = possible.findIndex(({ match }) => match.expression === undefined && ofTenant(match).length === (match.fields ?? []).length);
  return last < 0 ? possible : possible.slice(0, last + 1);
}

function ofTenant({ fields = [] }: ResidencyMatch): NonNullable<ResidencyMatch['fields']> {
  return fields.filter(({ path }) => tenantField({ slug: '', region: '' }, path) !== undefined);
}

function tenantField(tenant: ResidentTenant, path: string): string | undefined {
  return path === 'tenant.region' ? tenant.region : path === 'tenant.slug' ? tenant.slug : undefined;
}

function isOneOf(value: Value, values: readonly string[]): boolean {
  return value !== undefined && value !== null && typeof value !== 'object' && values.includes(String(value));
}
