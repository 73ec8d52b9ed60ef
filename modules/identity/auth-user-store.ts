/** Where the accounts of an application are kept. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const authUserStore = defineModule({
  type: 'auth.user-store',
  summary: 'Keeps the accounts of an application. Here auth.jwt keeps its own, in a database that no step reaches.',
  ports: { offers: ['accounts'] },
  config: z.strictObject({
    backingStore: z
      .string()
      .optional()
      .describe('Where accounts are kept. No effect here: they are where auth.jwt keeps them, so that no step reads a password.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  unheeded: ['backingStore'],
  example: `
name: accounts
type: auth.user-store
config: {}
`,
});
