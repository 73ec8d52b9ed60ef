/** HashiCorp Vault. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';
import { given, shared, text, unusable } from '#modules/secrets/outside';

const canVault = (settings: JsonObject) => given(settings, 'address') && (given(settings, 'token') || given(settings, 'roleId', 'secretId'));

export const secretsVault = defineModule({
  type: 'secrets.vault',
  summary: 'Secrets of HashiCorp Vault, from a KV engine of version 2. ${name-of-the-module:path#field} reads one, right before a call.',
  ports: { offers: ['secrets'] },
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
