/** AWS Secrets Manager. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';
import { given, shared, text, unusable } from '#modules/secrets/outside';

const canAws = (settings: JsonObject) => given(settings, 'region', 'accessKeyId', 'secretAccessKey');

export const secretsAws = defineModule({
  type: 'secrets.aws',
  summary: 'Secrets of AWS Secrets Manager. ${name-of-the-module:name-of-the-secret#field} reads one, right before a call.',
  ports: { offers: ['secrets'] },
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
