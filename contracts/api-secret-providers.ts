/** Requests and answers of `/api/v1/secret-providers`. A credential goes in and never comes out. */
import { z } from 'zod';
import { instant } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';
import { awsSettings, gcpSettings, SECRET_STORE_KINDS, vaultSettings } from '#contracts/secret-store';

/** What stands before the colon of `${vault:path#field}`. */
const secretProviderName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a letter, then lower case letters, digits and hyphens, at most 63 characters')
  .meta({ description: 'What a document writes before the colon', examples: ['vault'] });

const credential = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= LIMITS.secretCredential, `at most ${LIMITS.secretCredential} bytes`)
  .meta({
    description:
      'Vault: the token, or the secret id of the AppRole. AWS: the secret access key. Google: the JSON key of a service account. Sealed, and shown nowhere again',
    writeOnly: true,
  });
const named = { name: secretProviderName, credential };
const changed = { credential: credential.optional() };

export const createSecretProvider = z
  .discriminatedUnion('kind', [vaultSettings.extend(named), awsSettings.extend(named), gcpSettings.extend(named)])
  .meta({ id: 'CreateSecretProvider' });
export const changeSecretProvider = z
  .discriminatedUnion('kind', [vaultSettings.extend(changed), awsSettings.extend(changed), gcpSettings.extend(changed)])
  .meta({ id: 'ChangeSecretProvider' });

export const secretProviderSchema = z
  .object({
    name: z.string(),
    kind: z.enum(SECRET_STORE_KINDS),
    address: z.string().optional(),
    namespace: z.string().optional(),
    mount: z.string().optional(),
    auth: z.object({ method: z.string(), role_id: z.string().optional(), mount: z.string().optional() }).optional(),
    region: z.string().optional(),
    access_key_id: z.string().optional(),
    project: z.string().optional(),
    endpoint: z.string().optional(),
    search: z.string().optional(),
    health: z
      .object({
        status: z.enum(['ok', 'failing', 'unknown']),
        at: instant.nullable(),
        code: z.string().optional(),
        detail: z.string().optional(),
      })
      .meta({ description: 'How it was when it was last looked at: by a check, or when a step needed it and that had changed' }),
    created_at: instant,
    updated_at: instant,
    updated_by: z.string(),
  })
  .meta({ id: 'SecretProvider' });
export const secretProviderList = z.object({ items: z.array(secretProviderSchema) }).meta({ id: 'SecretProviderList' });
