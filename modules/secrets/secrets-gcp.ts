/** Google Secret Manager. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';
import { given, shared, text, unusable } from '#modules/secrets/outside';

const canGcp = (settings: JsonObject) => given(settings, 'project', 'credentials');

export const secretsGcp = defineModule({
  type: 'secrets.gcp',
  summary: 'Secrets of Google Secret Manager, each in its latest version. ${name-of-the-module:name-of-the-secret#field} reads one, right before a call.',
  ports: { offers: ['secrets'] },
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
  project: shop-production
  credentials: \${GCP_SERVICE_ACCOUNT}
`,
});
