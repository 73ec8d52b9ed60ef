/** Takes a value out of a cache. */
import { z } from 'zod';
import { cacheSettings } from '#steps/cache-settings';
import { defineStep } from '#steps/define-step';

interface Input {
  cache: string;
  key: string;
}

export const cacheDelete = defineStep({
  type: 'step.cache_delete',
  summary: 'Takes a value out of a cache of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject(cacheSettings),
  example: `
name: forget
type: step.cache_delete
config:
  cache: rates
  key: "rate:{{ .currency }}"
`,
  output: '{deleted}; false when there was nothing.',
  prepare: ({ cache, key }) => ({ cache, key }),
  async perform({ cache, key }: Input, context) {
    const { affected_rows } = await context.databases.exec(cache, 'DELETE FROM cache WHERE key = ?', [key], null);
    return { kind: 'completed', output: { deleted: affected_rows > 0 } };
  },
});
