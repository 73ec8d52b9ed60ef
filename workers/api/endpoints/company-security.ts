/** What a company asks of its people's sign-in. */
import { companySecuritySchema } from '#contracts/api-company-security';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';

const TAG = 'Sign-in';

const get = endpoint({
  route: 'GET /tenants/{tenant}/security',
  tag: TAG,
  summary: 'What a company asks of the sign-in of its people',
  answer: companySecuritySchema,
  answers: { 200: { description: 'Its rules', schema: companySecuritySchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { stores, tenant } = ownTenant(call);
    const { requires_second_factor } = await stores.settings.read(tenant);
    return { body: { requires_second_factor } };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/security',
  tag: TAG,
  summary: 'Say what a company asks of the sign-in of its people',
  description: 'Within ten seconds it holds for sessions that are there, too. A person who asks for second factors has one.',
  body: companySecuritySchema,
  answer: companySecuritySchema,
  answers: { 200: { description: 'As it is now', schema: companySecuritySchema } },
  problems: ['unknown_tenant', 'no_second_factor', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, note, actor } = ownTenant(call);
    if (body.requires_second_factor && actor.kind === 'user' && !(await stores.users.get(tenant, actor.id))?.second_factor) {
      throw new Problem('no_second_factor', 'Set up your own second factor first, on the page Account: it is the first that would be asked for.');
    }
    const { requires_second_factor } = await stores.settings.read(tenant);
    note.before = { requires_second_factor };
    note.after = { ...body };
    await stores.settings.change(tenant, body);
    return { body };
  },
});

export const companySecurityEndpoints: AnyEndpoint[] = [get, put];
