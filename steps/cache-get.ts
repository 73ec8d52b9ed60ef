/** Reads a value from a cache. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { cacheSettings } from '#steps/cache-settings';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  ...cacheSettings,
  output: z.string().default('value').describe('Field of the output that takes the value.'),
  miss_ok: z.boolean().default(true).describe('With false, a value that is not there fails the step.'),
});

interface Input {
  cache: string;
  key: string;
  output: string;
  miss_ok?: false;
}

export const cacheGet = defineStep({
  type: 'step.cache_get',
  summary: 'Reads a value from a cache of the application.',
  pure: false,
  idempotent: true,
  config,
  example: `
name: cached
type: step.cache_get
config:
  cache: rates
  key: "rate:{{ .currency }}"
`,
  output: '{value, cache_hit}; `output` names another field for the value, which is null on a miss.',
  prepare: ({ cache, key, output, miss_ok }) => compact({ cache, key, output, miss_ok: miss_ok ? undefined : false }),
  async perform({ cache, key, output, miss_ok }: Input, context) {
    const { rows } = await context.databases.query(cache, 'SELECT value FROM cache WHERE key = ? AND expires_at > ?', [key, context.now()]);
    const hit = rows[0] !== undefined;
    if (!hit && miss_ok === false) throw new Problem('not_found', `${cache} has nothing under ${key}.`);
    return { kind: 'completed', output: { [output]: hit ? (JSON.parse(String(rows[0]!.value)) as Json) : null, cache_hit: hit } };
  },
});
