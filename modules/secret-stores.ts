/** Stores of secrets elsewhere. Here the tenant's own secrets are filled in under the same names. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const outside = (type: string, what: string, example: string, config: z.ZodRawShape) =>
  defineModule({
    type,
    summary: `Secrets of ${what}. Here \${NAME} is a secret of the tenant, set by the API or the page of secrets; nothing is read from ${what}.`,
    config: z.strictObject({ ...config, description: z.string().optional().describe('What it is for.') }),
    notices: () => [
      {
        severity: 'warning',
        message: `No secret is read from ${what}: \${NAME} is a secret of the tenant.`,
        hint: 'Set it with PUT /api/v1/secrets/{name}, or on the page of secrets.',
      },
    ],
    example: `
name: secrets
type: ${type}
config:
${example}
`,
  });

const text = (about: string) => z.string().optional().describe(`${about} No effect here.`);

export const secretsVault = outside('secrets.vault', 'HashiCorp Vault', '  address: https://vault.example.com', {
  address: text('Address of the server.'),
  mode: text('remote or dev.'),
  token: text('Token.'),
  mountPath: text('Where secrets are mounted.'),
  namespace: text('Namespace.'),
});

export const secretsAws = outside('secrets.aws', 'AWS Secrets Manager', '  region: eu-central-1', {
  region: text('Region.'),
  accessKeyId: text('Key.'),
  secretAccessKey: text('Secret of the key.'),
});

export const secretsGcp = outside('secrets.gcp', 'Google Secret Manager', '  project: acme', { project: text('Project.'), credentials: text('Credentials.') });
