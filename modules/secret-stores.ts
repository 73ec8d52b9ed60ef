/** Stores of secrets elsewhere: what an application reads from them is named `${module:path#field}`. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';

const text = (about: string) => z.string().min(1).optional().describe(about);
const shared = {
  search: text(
    'Path of a secret whose fields are found by their names alone, such as ${STRIPE_KEY}, where the tenant has none of that name. {environment} is replaced.',
  ),
  description: z.string().optional().describe('What it is for.'),
};

/** What stands in a document and is not enough to ask anybody. */
const unusable = (what: string, needs: string) => [
  {
    severity: 'warning' as const,
    message: `No secret is read from ${what}: ${needs}.`,
    hint: 'Give them as ${NAME}, or set the store up once for the company on the page Secrets.',
  },
];

const given = (settings: JsonObject, ...names: string[]) => names.every((name) => typeof settings[name] === 'string');

const canVault = (settings: JsonObject) => given(settings, 'address') && (given(settings, 'token') || given(settings, 'roleId', 'secretId'));

export const secretsVault = defineModule({
  type: 'secrets.vault',
  summary: 'Secrets of HashiCorp Vault, from a KV engine of version 2. ${name-of-the-module:path#field} reads one, right before a call.',
  unheeded: ['mode'],
  config: z.strictObject({
    address: text('Address of the server.'),
    mode: text('No effect here: the server at the address is asked.'),
    token: text('Token; renewed in time where it can be.'),
    roleId: text('Role id of an AppRole, instead of a token.'),
    secretId: text('Secret id of the AppRole.'),
    authMountPath: text('Where AppRole is mounted. Default: approle.'),
    mountPath: text('Where the KV engine is mounted. Default: secret.'),
    namespace: text('Namespace.'),
    ...shared,
  }),
  secretStore(settings) {
    if (!canVault(settings)) return undefined;
    const { address, token, roleId, secretId, authMountPath, mountPath, namespace, search } = settings;
    const byRole = typeof roleId === 'string' && typeof secretId === 'string';
    return {
      settings: {
        kind: 'vault',
        address: address!,
        ...(mountPath === undefined ? {} : { mount: mountPath }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(search === undefined ? {} : { search }),
        auth: byRole ? { method: 'approle', role_id: roleId, ...(authMountPath === undefined ? {} : { mount: authMountPath }) } : { method: 'token' },
      },
      credential: String(byRole ? secretId : token),
    };
  },
  notices: (settings) => (canVault(settings) ? [] : unusable('Vault', 'it needs address, and token or roleId and secretId')),
  example: `
name: vault
type: secrets.vault
config:
  address: https://vault.example.com
  roleId: \${VAULT_ROLE_ID}
  secretId: \${VAULT_SECRET_ID}
  search: apps/payments
`,
});

const canAws = (settings: JsonObject) => given(settings, 'region', 'accessKeyId', 'secretAccessKey');

export const secretsAws = defineModule({
  type: 'secrets.aws',
  summary: 'Secrets of AWS Secrets Manager. ${name-of-the-module:name-of-the-secret#field} reads one, right before a call.',
  config: z.strictObject({
    region: text('Region, such as eu-central-1.'),
    accessKeyId: text('Id of an access key.'),
    secretAccessKey: text('Secret of the access key.'),
    endpoint: text('Where the service is not at its usual address.'),
    ...shared,
  }),
  secretStore(settings) {
    if (!canAws(settings)) return undefined;
    const { region, accessKeyId, secretAccessKey, endpoint, search } = settings;
    return {
      settings: {
        kind: 'aws',
        region: region!,
        access_key_id: accessKeyId!,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(search === undefined ? {} : { search }),
      },
      credential: String(secretAccessKey),
    };
  },
  notices: (settings) => (canAws(settings) ? [] : unusable('AWS Secrets Manager', 'it needs region, accessKeyId and secretAccessKey')),
  example: `
name: aws
type: secrets.aws
config:
  region: eu-central-1
  accessKeyId: \${AWS_ACCESS_KEY_ID}
  secretAccessKey: \${AWS_SECRET_ACCESS_KEY}
`,
});

const canGcp = (settings: JsonObject) => given(settings, 'project', 'credentials');

export const secretsGcp = defineModule({
  type: 'secrets.gcp',
  summary: 'Secrets of Google Secret Manager, each in its latest version. ${name-of-the-module:name-of-the-secret#field} reads one, right before a call.',
  config: z.strictObject({
    project: text('Id of the project.'),
    credentials: text('Key of a service account, as JSON.'),
    endpoint: text('Where the service is not at its usual address.'),
    ...shared,
  }),
  secretStore(settings) {
    if (!canGcp(settings)) return undefined;
    const { project, credentials, endpoint, search } = settings;
    return {
      settings: { kind: 'gcp', project: project!, ...(endpoint === undefined ? {} : { endpoint }), ...(search === undefined ? {} : { search }) },
      credential: String(credentials),
    };
  },
  notices: (settings) => (canGcp(settings) ? [] : unusable('Google Secret Manager', 'it needs project and credentials')),
  example: `
name: google
type: secrets.gcp
config:
  project: acme
  credentials: \${GCP_SERVICE_ACCOUNT}
`,
});
