/** Requests and answers about the regions of a tenant; see `api.ts` for the rules. */
import { z } from 'zod';
import { erasedSchema } from '#contracts/api-erasure';
import { instant } from '#contracts/api-parts';
import { REGION_HEALTH, REPLICATIONS } from '#contracts/peer';

const replicationSchema = z.enum(REPLICATIONS).nullable().meta({
  description:
    'What may leave the home region. `none`: nothing; `cross-region`: definitions, to every region; null: definitions, to the regions that a `residency` names',
});

export const tenantRegionsSchema = z
  .object({
    tenant: z.string(),
    home: z.string().meta({ description: 'Region of everything that is not an execution with a residency elsewhere' }),
    replication: replicationSchema,
    regions: z
      .array(
        z.object({
          region: z.string(),
          role: z.enum(['home', 'executions']).meta({ description: '`executions`: definitions are there, and executions that live there' }),
          since: instant.optional(),
          current: z.boolean().meta({ description: 'Whether it has all that is deployed' }),
          clearing: z.object({ requested_at: instant, requested_by: z.string() }).optional().meta({ description: 'What lives there is being erased' }),
        }),
      )
      .meta({ description: 'The home first' }),
    platform_regions: z.array(z.string()).meta({ description: 'All regions of the platform' }),
    health: z
      .record(z.string(), z.enum(REGION_HEALTH))
      .meta({ description: 'Each region of the platform: `failing` answers with an error, `unavailable` not at all' }),
  })
  .meta({ id: 'TenantRegions' });

export const tenantRegionsRequest = z
  .strictObject({ replication: replicationSchema })
  .meta({ id: 'TenantRegionsRequest', examples: [{ replication: 'none' }] });

export const clearRegionRequest = z
  .strictObject({ confirm: z.string().meta({ description: 'The slug of the tenant, once more' }) })
  .meta({ id: 'ClearRegionRequest', examples: [{ confirm: 'acme' }] });

export const clearedRegionSchema = z
  .object({
    tenant: z.string(),
    region: z.string(),
    status: z.enum(['erasing', 'completed']),
    requested_by: z.string(),
    requested_at: instant,
    erased: z.array(erasedSchema).optional().meta({ description: 'What there was, once it is gone; as the certificate says it' }),
  })
  .meta({ id: 'ClearedRegion' });
