/** Caches and document stores: tables in the region of the tenant, one object for each module. */
import { z } from 'zod';
import { CACHE_TABLE, NOSQL_TABLE } from '#contracts/edge-tables';
import { defineModule } from '#modules/define-module';

const duration = z.union([z.string(), z.number()]);

export const cacheModular = defineModule({
  type: 'cache.modular',
  summary:
    'A cache of the application. Here it is a table in the region of the tenant, which all instances of the application share; step.cache_get, step.cache_set and step.cache_delete use it.',
  database: true,
  tables: [CACHE_TABLE],
  provides: 'cache',
  unheeded: ['maxSize', 'ttl', 'defaultTTL'],
  config: z.strictObject({
    backend: z.string().optional().describe('Kind of the cache: memory, redis. No effect here: every cache is a table.'),
    engine: z.string().optional().describe('Another spelling of backend. No effect here.'),
    address: z.string().optional().describe('Server of the cache. No effect here.'),
    maxSize: z.number().int().optional().describe('No effect here: values go when their time is over.'),
    ttl: duration.optional().describe('No effect here: ttl stands on step.cache_set.'),
    defaultTTL: duration.optional().describe('No effect here: ttl stands on step.cache_set.'),
    prefix: z.string().optional().describe('No effect here: a cache belongs to its application alone.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: rates
type: cache.modular
config:
  backend: memory
`,
});

const nosql = z.strictObject({
  collection: z.string().optional().describe('No effect here: a store is one collection.'),
  table: z.string().optional().describe('No effect here: a store is one table.'),
  description: z.string().optional().describe('What it is for.'),
});

export const nosqlMemory = defineModule({
  type: 'nosql.memory',
  summary:
    'A document store of the application. Here it is a table in the region of the tenant, which keeps its documents; step.nosql_get, put, query and delete use it.',
  database: true,
  tables: [NOSQL_TABLE],
  provides: 'nosql',
  config: nosql,
  example: `
name: profiles
type: nosql.memory
config:
  collection: profiles
`,
});
