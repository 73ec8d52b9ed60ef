/** Stores of secrets that a company has elsewhere. What proves who is asking goes in here and comes out nowhere. */
import type { z } from 'zod';
import { changeSecretProvider, createSecretProvider, secretProviderList, secretProviderSchema } from '#contracts/api-secret-providers';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type SecretStoreSettings, secretStoreSettings } from '#contracts/secret-store';
import type { SecretProviderHealth, SecretProviderRecord } from '#storage/secret-provider-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { sealed, secretProviderPlace } from '#workers/identity/sealed';
import { secretsOf } from '#workers/secrets/secrets-of';

const TAG = 'Secrets';

const list = endpoint({
  route: 'GET /secret-providers',
  tag: TAG,
  summary: 'List stores of secrets elsewhere',
  answer: secretProviderList,
  answers: { 200: { description: 'By name, without credentials, each with how it was when last looked at', schema: secretProviderList } },
  async handle({ stores, tenant }) {
    return { body: { items: (await stores.secretProviders.list(tenant)).map(view) } };
  },
});

const create = endpoint({
  route: 'POST /secret-providers',
  tag: TAG,
  summary: 'Add a store of secrets elsewhere',
  description: 'Vault, AWS Secrets Manager or Google Secret Manager. It is asked at once whether it takes the credential; `health` says what it answered.',
  body: createSecretProvider,
  answer: secretProviderSchema,
  answers: { 201: { description: 'Added', schema: secretProviderSchema } },
  problems: ['secret_provider_exists', 'too_many_secret_providers', 'secrets_unavailable', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, now, note } = call;
    const { name, credential, ...settings } = body;
    const known = await stores.secretProviders.list(tenant);
    if (known.some((each) => each.name === name)) throw new Problem('secret_provider_exists', `There is a store ${name}.`);
    if (known.length >= LIMITS.secretProviders)
      throw new Problem('too_many_secret_providers', `A company has at most ${LIMITS.secretProviders} stores of secrets. Remove one that is not used.`);
    note.after = settings;
    return { body: view(await saved(call, { name, settings, credential, created_at: now })) };
  },
});

const change = endpoint({
  route: 'PUT /secret-providers/{store}',
  tag: TAG,
  summary: 'Change a store of secrets elsewhere',
  description:
    'Its kind and name stay. Without `credential` the one that is there stays; it has to be given again where it would go to another address, so that nobody learns it that way.',
  body: changeSecretProvider,
  answer: secretProviderSchema,
  answers: { 200: { description: 'Changed', schema: secretProviderSchema } },
  problems: ['unknown_secret_provider', 'secrets_unavailable', 'invalid_json'],
  async handle(call) {
    const { body, note } = call;
    const known = await recordOf(call);
    const { credential, ...settings } = body;
    if (known.settings.kind !== settings.kind) throw new Problem('invalid_request', `kind: this one is ${known.settings.kind}. Add another store instead.`);
    if (credential === undefined && goesTo(known.settings) !== goesTo(settings)) {
      const message = 'give it again: it would go to another address, or for somebody else';
      throw new Problem('invalid_request', `credential: ${message}`, { errors: [{ code: 'required', message, path: 'credential' }] });
    }
    note.before = { ...known.settings };
    note.after = settings;
    return { body: view(await saved(call, { ...known, settings, credential: credential ?? known.credential })) };
  },
});

const check = endpoint({
  route: 'POST /secret-providers/{store}/check',
  tag: TAG,
  summary: 'Ask a store of secrets whether it takes the credential',
  description: 'No secret is read.',
  answer: secretProviderSchema,
  answers: { 200: { description: 'The store, with what it answered as `health`', schema: secretProviderSchema } },
  problems: ['unknown_secret_provider', 'secrets_unavailable'],
  audited: false,
  async handle(call) {
    return { body: view(await secretsOf(call.env).companyStores.check(call.tenant, await recordOf(call))) };
  },
});

const remove = endpoint({
  route: 'DELETE /secret-providers/{store}',
  tag: TAG,
  summary: 'Remove a store of secrets elsewhere',
  description: 'Nothing is changed there.',
  answers: { 204: { description: 'Removed' } },
  problems: ['unknown_secret_provider'],
  async handle(call) {
    const { stores, env, tenant, note } = call;
    const known = await recordOf(call);
    note.before = { ...known.settings };
    await stores.secretProviders.remove(tenant, known.name);
    secretsOf(env).companyStores.forget(tenant);
    return {};
  },
});

export const secretProviderEndpoints: AnyEndpoint[] = [list, create, change, check, remove];

async function recordOf({ stores, tenant, params }: Call): Promise<SecretProviderRecord> {
  const record = await stores.secretProviders.get(tenant, params.store!);
  if (!record) throw new Problem('unknown_secret_provider', `There is no store of secrets ${params.store!.slice(0, 63)}.`);
  return record;
}

interface Wanted extends Pick<SecretProviderRecord, 'name' | 'settings' | 'created_at'> {
  /** In the clear, or as it was sealed before. */
  credential: string | SecretProviderRecord['credential'];
}

/** Kept, asked, and with what it answered. */
async function saved({ env, stores, tenant, actor, now }: Call, { name, settings, credential, created_at }: Wanted): Promise<SecretProviderRecord> {
  const kept = typeof credential === 'string' ? await sealed(env, credential, secretProviderPlace(tenant, name)) : credential;
  const record = { name, settings, credential: kept, created_at, updated_at: now, updated_by: actor.by, health: null };
  await stores.secretProviders.put(tenant, record);
  return secretsOf(env).companyStores.check(tenant, record);
}

/** Where the credential goes, and for whom. */
function goesTo(settings: SecretStoreSettings): string {
  const { search: _, ...where } = secretStoreSettings.parse(settings);
  return JSON.stringify(where);
}

function view({ name, settings, created_at, updated_at, updated_by, health }: SecretProviderRecord): z.input<typeof secretProviderSchema> {
  return { name, ...settings, health: healthView(health), created_at: instant(created_at), updated_at: instant(updated_at), updated_by };
}

function healthView(health: SecretProviderHealth | null): z.input<typeof secretProviderSchema>['health'] {
  if (health === null) return { status: 'unknown', at: null };
  const { at, problem } = health;
  return problem === null ? { status: 'ok', at: instant(at) } : { status: 'failing', at: instant(at), ...problem };
}
