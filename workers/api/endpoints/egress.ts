/** What the applications of a company may call. */
import { ALL_ALLOWED, type EgressRules, egressRule, egressRulesSchema } from '#contracts/egress';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { deploymentsChanged } from '#workers/regions/replicate';

const TAG = 'Platform';

const get = endpoint({
  route: 'GET /tenants/{tenant}/egress',
  tag: TAG,
  summary: 'What the applications of a company may call',
  answer: egressRulesSchema,
  answers: { 200: { description: 'Its rules', schema: egressRulesSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { stores, tenant } = ownTenant(call);
    return { body: (await stores.settings.read(tenant)).egress ?? ALL_ALLOWED };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/egress',
  tag: TAG,
  summary: 'Say what the applications of a company may call',
  description:
    'Steps, webhooks, proxies and stores of secrets, each redirect too; not the sign-in of its people. Calls that begin more than ten seconds later go by it, in other regions once they have been told.',
  body: egressRulesSchema,
  answer: egressRulesSchema,
  answers: { 200: { description: 'As it is now', schema: egressRulesSchema } },
  problems: ['unknown_tenant', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, env, body, note } = ownTenant(call);
    const rules: EgressRules = { default: body.default, allow: spelled(body.allow), deny: spelled(body.deny) };
    note.before = { ...((await stores.settings.read(tenant)).egress ?? ALL_ALLOWED) };
    note.after = { ...rules };
    await stores.settings.change(tenant, { egress: rules.default === 'allow' && rules.deny.length === 0 && rules.allow.length === 0 ? null : rules });
    await deploymentsChanged(env, tenant);
    return { body: rules };
  },
});

export const egressEndpoints: AnyEndpoint[] = [get, put];

/** In the one spelling that is compared, each once. */
function spelled(rules: readonly string[]): string[] {
  return [...new Set(rules.map((rule) => egressRule(rule)!))];
}
