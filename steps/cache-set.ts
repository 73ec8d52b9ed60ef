/** Puts a value into a cache. Doing it twice is doing it once, so no key is kept with it. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { cacheSettings, DEFAULT_TTL_MS, MAX_TTL_MS, MAX_VALUE_BYTES } from '#steps/cache-settings';
import { byteLength, compact, duration, durationMs, json, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { sampled } from '#steps/sampled';

const config = z
  .strictObject({
    ...cacheSettings,
    value: json.optional().describe('The value: any JSON.'),
    value_from: path.optional().describe('Path of the value, instead of value.'),
    ttl: duration.optional().describe('How long it is kept: 5m, 1h. Default: what the cache says, or 1h; at most 30d.'),
    max_values: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('How many values the cache holds; beyond it those go whose time is over soonest. Default: what the cache says.'),
  })
  .refine((c) => (c.value === undefined) !== (c.value_from === undefined), { message: 'either value or value_from', path: ['value'] });

interface Input {
  cache: string;
  key: string;
  value: Json;
  ttl_ms: number;
  max_values?: number;
}

/** What goes beyond the bound, that of the value just put among it where its time is the shortest. */
const TRIM = 'DELETE FROM cache WHERE key IN (SELECT key FROM cache ORDER BY expires_at DESC LIMIT -1 OFFSET ?)';

/** What is past its time is removed now and then, by every so-manieth key. */
const SWEEP_ONE_IN = 64;

export const cacheSet = defineStep({
  type: 'step.cache_set',
  summary: 'Puts a value into a cache of the application.',
  pure: false,
  idempotent: true,
  config,
  paths: ['value_from'],
  example: `
name: remember
type: step.cache_set
config:
  cache: rates
  key: "rate:{{ .currency }}"
  value_from: steps.fetch.output
  ttl: 5m
`,
  output: '{cached: true, expires_at}',
  prepare: (settings, scope) =>
    compact({
      cache: settings.cache,
      key: settings.key,
      value: settings.value_from === undefined ? (settings.value ?? null) : (scope.lookup(settings.value_from) ?? null),
      ttl_ms: settings.ttl === undefined ? DEFAULT_TTL_MS : Math.min(durationMs(settings.ttl), MAX_TTL_MS),
      max_values: settings.max_values,
    }),
  async perform({ cache, key, value, ttl_ms, max_values }: Input, context) {
    const text = JSON.stringify(value);
    if (byteLength(text) > MAX_VALUE_BYTES) throw new Problem('data_too_large', `A value of a cache may take ${MAX_VALUE_BYTES} bytes.`);
    const now = context.now();
    await context.databases.exec(cache, 'INSERT OR REPLACE INTO cache (key, value, expires_at) VALUES (?, ?, ?)', [key, text, now + ttl_ms], null);
    if (sampled(context.idempotency_key, SWEEP_ONE_IN)) {
      await context.databases.exec(cache, 'DELETE FROM cache WHERE expires_at <= ?', [now], null);
      if (max_values !== undefined) await context.databases.exec(cache, TRIM, [max_values], null);
    }
    return { kind: 'completed', output: { cached: true, expires_at: new Date(now + ttl_ms).toISOString() } };
  },
});
