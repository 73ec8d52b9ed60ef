/** A cache: a table in the region of the tenant, one object for each module. */
import { z } from 'zod';
import { CACHE_TABLE } from '#contracts/edge-tables';
import { defineModule } from '#modules/define-module';
import { duration } from '#modules/durations';

const config = z.strictObject({
  backend: z.string().optional().describe('Kind of the cache: memory, redis. No effect here: every cache is a table.'),
  engine: z.string().optional().describe('Another spelling of backend. No effect here.'),
  address: z.string().optional().describe('Server of the cache. No effect here: no server is asked, and what others put there is not seen.'),
  maxSize: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('How many values it holds; beyond it those go whose time is over soonest. Looked at now and then, so that for a while there may be some more.'),
  defaultTTL: duration.optional().describe('How long a value is kept where step.cache_set says nothing: 5m, 1h. Default 1h, at most 30d.'),
  ttl: duration.optional().describe('Another spelling of defaultTTL.'),
  prefix: z.string().optional().describe('No effect here: a cache belongs to its application alone.'),
  description: z.string().optional().describe('What it is for.'),
});

export const cacheModular = defineModule({
  type: 'cache.modular',
  summary:
    'A cache of the application. Here it is a table in the region of the tenant, which all instances of the application share; step.cache_get, step.cache_set and step.cache_delete use it.',
  database: true,
  tables: [CACHE_TABLE],
  ports: { offers: ['cache', 'database'] },
  unheeded: ['address'],
  config,
  hands(settings) {
    const { defaultTTL, ttl, maxSize } = settings as z.output<typeof config>;
    const kept = defaultTTL ?? ttl;
    return { ...(kept === undefined ? {} : { ttl: kept }), ...(maxSize === undefined ? {} : { max_values: maxSize }) };
  },
  example: `
name: rates
type: cache.modular
config:
  defaultTTL: 5m
  maxSize: 1000
`,
});
