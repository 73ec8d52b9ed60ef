/**
 * What the regions of one platform say to each other. A region takes it from a peer only, see `workers/regions/passport.ts`.
 *
 * What crosses from one region to another is listed here and nothing else does: definitions, the start of an execution
 * on its way to the region where it lives, and questions of a tenant's own people on their way there.
 */
import { z } from 'zod';
import { quotaSchema } from '#contracts/api-quotas';
import { retentionDaysSchema } from '#contracts/api-retention';
import { BREAKER_NAME } from '#contracts/breaker';
import type { RunMocks } from '#contracts/debugging';
import { egressRulesSchema } from '#contracts/egress';
import { type Parent, type Stored, TRIGGER_TYPES, type TriggerType } from '#contracts/events';
import { slugSchema } from '#contracts/ids';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { PLAN_NAMES } from '#contracts/quota';

/** Tells the router which region a request is for; it counts only beside a passport. */
export const TO_REGION_HEADER = 'x-workflow-to';
/** Says that a region is speaking; verified by the region that it is for. */
export const PASSPORT_HEADER = 'x-workflow-passport';

/** Tells the router that the tenant has moved away from this region, so that it looks anew where it is. */
export const LEFT_REGION_HEADER = 'x-workflow-left';

/** What leaves a tenant's home region: nothing, or definitions. */
export const REPLICATIONS = ['none', 'cross-region'] as const;
export type Replication = (typeof REPLICATIONS)[number];

/** What the router finds when it asks a region. */
export const REGION_HEALTH = ['ok', 'failing', 'unavailable'] as const;
export type RegionHealth = (typeof REGION_HEALTH)[number];

const name = z.string().min(1).max(256);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const json = z.custom<Json>((value) => value !== undefined);

const peerDeploymentSchema = z.strictObject({
  deployment_id: name,
  workflow: name,
  workflow_id: name,
  version: z.number().int(),
  hash,
  environment: name,
  pipelines: z.array(name),
});
export type PeerDeployment = z.output<typeof peerDeploymentSchema>;

/** All that a tenant has deployed, and what that may call. A smaller `revision` than the one that is there changes nothing. */
export const peerDeploymentsSchema = z.strictObject({
  revision: z.number().int().min(0),
  deployments: z.array(peerDeploymentSchema),
  egress: egressRulesSchema.nullable().default(null),
  retention: retentionDaysSchema.nullable().default(null),
});
export type PeerDeployments = z.output<typeof peerDeploymentsSchema>;

const breakerName = { environment: name, name: z.string().regex(BREAKER_NAME) };

/** Circuit breakers of a tenant there: a part of the list, one of them, and an order to one. */
export const peerBreakersSchema = z.strictObject({
  environment: name,
  limit: z.number().int().min(1).max(LIMITS.listMax),
  from: z.strictObject({ name: z.string().max(200), including: z.boolean() }).optional(),
});
export const peerBreakerSchema = z.strictObject(breakerName);
export const peerBreakerOrderSchema = z.strictObject({
  ...breakerName,
  action: z.enum(['open', 'close']),
  by: z.string(),
  note: z.string().optional(),
  until: z.number().int().optional(),
});

/** What a tenant may have at work, by a state of that count. */
export const peerQuotaSchema = z.strictObject({ revision: z.number().int().min(0), plan: z.enum(PLAN_NAMES), quota: quotaSchema });
export type PeerQuota = z.output<typeof peerQuotaSchema>;

/** A compiled definition with its document. */
export const peerDefinitionSchema = z.strictObject({
  definition: z.custom<{ hash: string }>((value) => hash.safeParse((value as { hash?: unknown } | null)?.hash).success),
  source: z.string(),
});

/** An execution to be started where it lives. */
export const peerStartSchema = z.strictObject({
  /** Where it lives; the home passes on what is not for itself. */
  region: slugSchema,
  deployment: z.strictObject({ workflow: name, workflow_id: name, version: z.number().int(), hash, environment: name }),
  pipeline: name,
  trigger: z.enum(TRIGGER_TYPES) as z.ZodType<TriggerType>,
  data: json,
  idempotency_key: z.string().nullable().optional(),
  /** The data were as the pipeline asks before they were masked. */
  checked: z.literal(true).optional(),
  with_outputs: z.boolean().optional(),
  wait_ms: z.number().int().min(0),
  by: z.string(),
  traceparent: z.string().nullable().optional(),
  tags: z.custom<JsonObject>().optional(),
  recorded: z.custom<Stored>().optional(),
  dry_run: z.literal(true).optional(),
  mocks: z.custom<RunMocks>().optional(),
  called: z.custom<{ name: string; parent: Parent }>().optional(),
});
export type PeerStart = z.output<typeof peerStartSchema>;

/** The value of a secret, for an effect that is about to go out. */
export const peerSecretSchema = z.strictObject({ environment: name, name: z.string().min(1).max(1024), definition: hash.optional() });
