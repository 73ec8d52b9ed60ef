/** Secrets of a tenant. Values go in here and come out nowhere: they are filled into a step's input right before its call. */
import {
  createSecretRequest,
  putSecretRequest,
  secretListQuery,
  secretNameSchema,
  secretPage,
  secretQuery,
  secretSchema,
  secretsRotatedSchema,
} from '#contracts/api-secrets';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { SealedSecret } from '#storage/platform-ports';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { resealIdentity } from '#workers/identity/reseal';
import { resealStores } from '#workers/secrets/reseal';
import { vaultOf } from '#workers/secrets/vault-of';

const TAG = 'Secrets';

const create = endpoint({
  route: 'POST /secrets',
  tag: TAG,
  summary: 'Make a secret',
  description: 'A document names it with a dollar sign and braces. The value is sealed with a key of the tenant and never shown again.',
  body: createSecretRequest,
  answer: secretSchema,
  answers: { 201: { description: 'Made', schema: secretSchema } },
  problems: ['secret_exists', 'too_many_secrets', 'secrets_unavailable', 'invalid_json'],
  async handle({ env, tenant, body, actor, note }) {
    const { name, value, environment = '' } = body;
    note.after = { environment, version: 1 };
    return { body: view(await vaultOf(env).set({ tenant, name, environment }, value, actor.by, { onlyNew: true })) };
  },
});

const put = endpoint({
  route: 'PUT /secrets/{name}',
  tag: TAG,
  summary: 'Set a secret',
  description: 'Made, or its value replaced. Calls that begin more than ten seconds later use the new value everywhere.',
  body: putSecretRequest,
  answer: secretSchema,
  answers: { 200: { description: 'Set', schema: secretSchema } },
  problems: ['secret_changed', 'too_many_secrets', 'secrets_unavailable', 'invalid_json'],
  async handle({ env, tenant, params, body, actor, note }) {
    const { value, environment = '' } = body;
    const secret = await vaultOf(env).set({ tenant, name: nameOf(params.name!), environment }, value, actor.by);
    note.before = { version: secret.version - 1 };
    note.after = { environment, version: secret.version };
    return { body: view(secret) };
  },
});

const list = endpoint({
  route: 'GET /secrets',
  tag: TAG,
  summary: 'List secrets',
  query: secretListQuery,
  answer: secretPage,
  answers: { 200: { description: 'By name, without values', schema: secretPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query }) {
    const page = await stores.secrets.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: page.items.map(view), next_cursor: page.next_cursor } };
  },
});

const remove = endpoint({
  route: 'DELETE /secrets/{name}',
  tag: TAG,
  summary: 'Delete a secret',
  query: secretQuery,
  answers: { 204: { description: 'Deleted' } },
  problems: ['not_found'],
  async handle({ env, tenant, params, query, note }) {
    const name = nameOf(params.name!);
    const { environment = '' } = query;
    note.before = { environment };
    if (!(await vaultOf(env).remove({ tenant, name, environment }))) {
      throw new Problem(
        'not_found',
        environment === '' ? `There is no secret ${name} for all environments.` : `There is no secret ${name} for ${environment}.`,
      );
    }
    return {};
  },
});

const rotate = endpoint({
  route: 'POST /secrets/rotate',
  weight: 'medium',
  tag: TAG,
  summary: 'Encrypt all secrets anew',
  description:
    'With a new key of the tenant, wrapped by the current key of the platform; second factors, secrets of identity providers and credentials of stores of secrets with that key itself. Values stay the same.',
  answer: secretsRotatedSchema,
  answers: { 200: { description: 'Encrypted anew', schema: secretsRotatedSchema } },
  problems: ['secrets_unavailable'],
  async handle({ env, tenant }) {
    const { rotated, data_key } = await vaultOf(env).rotate(tenant);
    return { body: { rotated: rotated + (await resealIdentity(env, tenant)) + (await resealStores(env, tenant)), data_key } };
  },
});

export const secretEndpoints: AnyEndpoint[] = [create, rotate, list, put, remove];

function nameOf(text: string): string {
  const name = secretNameSchema.safeParse(text);
  if (!name.success)
    throw new Problem('invalid_request', `name: ${name.error.issues[0]!.message}`, {
      errors: [{ code: 'invalid_name', message: name.error.issues[0]!.message, path: 'name' }],
    });
  return name.data;
}

function view({ name, environment, version, created_at, updated_at, updated_by }: Omit<SealedSecret, 'sealed' | 'data_key'>) {
  return { name, environment: environment === '' ? null : environment, version, created_at: instant(created_at), updated_at: instant(updated_at), updated_by };
}
