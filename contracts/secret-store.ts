/**
 * Stores of secrets elsewhere, as a company or an application sets them up. What proves who is asking, the credential,
 * is no part of the settings: it is kept sealed, or filled in.
 */
import { z } from 'zod';

export const SECRET_STORE_KINDS = ['vault', 'aws', 'gcp'] as const;
export type SecretStoreKind = (typeof SECRET_STORE_KINDS)[number];

const address = z.url({ protocol: /^https?$/ }).max(500);
/** Slashes at its ends say nothing. */
const path = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_./-]+$/, 'letters, digits, ".", "_", "-" and "/"')
  .refine((text) => !text.split('/').includes('..'), 'no ".."');
const search = z
  .string()
  .max(400)
  .regex(/^(?:[A-Za-z0-9_./+=@-]|\{environment\})+$/, 'the path of a secret; {environment} stands for the name of the environment')
  .optional()
  .meta({
    description: 'Path of a secret whose fields are found by their names alone, such as `${STRIPE_KEY}`. `{environment}` in it is replaced',
    examples: ['apps/payments/{environment}'],
  });

export const vaultSettings = z.strictObject({
  kind: z.literal('vault'),
  address: address.meta({ description: 'Of the server', examples: ['https://vault.example.com:8200'] }),
  namespace: path.optional().meta({ description: 'Namespace of Vault Enterprise or HCP' }),
  mount: path.default('secret').meta({ description: 'Where the KV engine, version 2, is mounted' }),
  auth: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('token') }),
      z.strictObject({ method: z.literal('approle'), role_id: z.string().min(1).max(300), mount: path.default('approle') }),
    ])
    .default({ method: 'token' })
    .meta({ description: 'The credential is the token, or the secret id of the AppRole' }),
  search,
});
export const awsSettings = z.strictObject({
  kind: z.literal('aws'),
  region: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .meta({ examples: ['eu-central-1'] }),
  access_key_id: z
    .string()
    .regex(/^[A-Z0-9]{16,128}$/, 'the id of an access key')
    .meta({ description: 'The credential is its secret access key' }),
  endpoint: address.optional().meta({ description: 'Where the service is not at its usual address' }),
  search,
});
export const gcpSettings = z.strictObject({
  kind: z.literal('gcp'),
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:-]{1,99}$/, 'id or number of a project')
    .meta({ description: 'The credential is the key of a service account, as JSON' }),
  endpoint: address.optional().meta({ description: 'Where the service is not at its usual address' }),
  search,
});

export const secretStoreSettings = z.discriminatedUnion('kind', [vaultSettings, awsSettings, gcpSettings]);
export type SecretStoreSettings = z.output<typeof secretStoreSettings>;
export type VaultSettings = z.output<typeof vaultSettings>;
export type AwsSettings = z.output<typeof awsSettings>;
export type GcpSettings = z.output<typeof gcpSettings>;
