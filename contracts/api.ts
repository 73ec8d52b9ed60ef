/**
 * Requests and answers of `/api/v1` as zod schemas: the door checks with them, OpenAPI is generated from them.
 *
 * 1. Requests are strict: an unknown key is an error, never ignored.
 * 2. A schema with an `id` in its `.meta()` becomes a named component of the OpenAPI document.
 * 3. Instants are ISO 8601 UTC with milliseconds; durations are milliseconds.
 */
import { z } from 'zod';
import { EVENT_CODES } from '#contracts/events';
import { EXECUTION_STATUSES, STEP_STATUSES } from '#contracts/execution';
import { slugSchema } from '#contracts/ids';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';

/** From least to most; each may do what those before it may. */
export const ROLES = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

// --- small parts --------------------------------------------------------------------------------

/** The body has been parsed from JSON, so any value is JSON. */
const json = z.unknown().meta({ description: 'Any JSON value' }) as unknown as z.ZodType<Json>;
const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
const instant = z.string().meta({ format: 'date-time', examples: ['2026-02-15T14:30:00.000Z'] });
const executionId = z.string().meta({ examples: ['exec_0000000000000000000000000000000000000000abc'] });
const roleSchema = z.enum(ROLES);
const environmentSchema = slugSchema.meta({ description: 'Name of an environment', examples: ['production'] });

function page<T extends z.ZodType>(id: string, item: T) {
  return z
    .object({
      items: z.array(item),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'Cursor of the next page; null at the end. A page may be shorter than its limit and still have a next.' }),
    })
    .meta({ id });
}

/** Query parameters arrive as text. */
const listLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(LIMITS.listMax)
  .optional()
  .meta({ description: `1 to ${LIMITS.listMax}; ${LIMITS.listDefault} when absent` });
const cursor = z.string().min(1).max(512).optional().meta({ description: '`next_cursor` of the previous page' });
export const listQuery = z.strictObject({ limit: listLimit, cursor });

/** `2026-02-15T14:30:00Z` or epoch milliseconds; gives epoch ms. */
const instantQuery = z
  .string()
  .transform((text, context) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
    if (!Number.isSafeInteger(value)) {
      context.addIssue({ code: 'custom', message: 'an ISO 8601 instant or epoch milliseconds' });
      return z.NEVER;
    }
    return value;
  })
  .optional();

/** `30s`, `500ms`, or seconds; gives ms, never more than the platform waits. */
const waitQuery = z
  .string()
  .regex(/^\d{1,6}(?:ms|s)?$/, 'a duration such as 30s or 500ms')
  .transform((text) => Math.min(Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000), LIMITS.syncWaitMs))
  .optional()
  .meta({ description: `Answer when the execution has ended, at the latest after this; at most ${LIMITS.syncWaitMs / 1000}s`, examples: ['30s'] });

// --- problems -----------------------------------------------------------------------------------

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string().meta({ description: 'Stable name of the problem; decide on this, not on texts' }),
    hint: z.string().optional(),
    execution_id: z.string().optional(),
    request_id: z.string().optional(),
    errors: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          path: z.string().optional(),
          line: z.number().int().optional(),
          column: z.number().int().optional(),
          hint: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

// --- definitions --------------------------------------------------------------------------------

export const workflowDocumentRequest = z
  .strictObject({
    name: slugSchema.optional().meta({ description: 'Used when the document has no name of its own' }),
    config: z.union([z.string().min(1), jsonObject]).meta({ description: 'The application as YAML text or as an object' }),
  })
  .meta({ id: 'WorkflowDocument', examples: [{ name: 'orders', config: 'pipelines:\n  process-order:\n    steps: []\n' }] });

export const createWorkflowQuery = z.strictObject({
  name: slugSchema.optional().meta({ description: 'Name of the workflow when the document has none' }),
  deploy: environmentSchema.optional().meta({ description: 'Deploy the new version in this environment at once', examples: ['production'] }),
});
export const validateWorkflowQuery = z.strictObject({ name: slugSchema.optional() });
export const updateWorkflowQuery = z.strictObject({ deploy: environmentSchema.optional() });

const routeSchema = z.object({ method: z.string(), path: z.string(), pipeline: z.string() });

export const diagnosticSchema = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    path: z.string().meta({ description: 'Dotted path in the document; empty for the document itself' }),
    line: z.number().int().meta({ description: 'From 1, as column' }),
    column: z.number().int(),
    end_line: z.number().int(),
    end_column: z.number().int(),
    hint: z.string().optional(),
    docs: z.string().optional(),
  })
  .meta({ id: 'Diagnostic' });

export const deploymentSchema = z
  .object({
    id: z.string(),
    deployment_id: z.string().meta({ description: 'The same as id' }),
    workflow: z.string(),
    workflow_id: z.string(),
    version: z.number().int(),
    hash: z.string().meta({ description: 'Content hash of the definition that runs' }),
    environment: z.string(),
    status: z.enum(['active', 'superseded', 'rolled_back', 'removed']),
    created_at: instant,
    created_by: z.string(),
    config_overrides: jsonObject.optional(),
    /** The deployment that was active before; a rollback goes there. */
    replaces: z.string().nullable(),
    origin: z.enum(['deploy', 'promote', 'rollback']),
    approved_by: z.string().optional(),
    resources: z.object({ definition: z.string(), ingress: z.string(), path: z.string() }).meta({ description: 'Where the application answers' }),
  })
  .meta({ id: 'Deployment' });
export const deploymentPage = page('DeploymentPage', deploymentSchema);

const versionFields = {
  workflow_id: z.string(),
  name: z.string(),
  version: z.number().int(),
  hash: z.string(),
  label: z.string().optional().meta({ description: "The document's own version text" }),
  pipelines: z.array(z.string()),
  routes: z.array(routeSchema),
  created_at: instant,
  created_by: z.string(),
};
export const workflowVersionSchema = z.object(versionFields).meta({ id: 'WorkflowVersion' });
export const workflowVersionDetailSchema = z
  .object({
    ...versionFields,
    source: z.string().meta({ description: 'The document as it was given' }),
    definition: jsonObject.meta({ description: 'The compiled graph' }),
  })
  .meta({ id: 'WorkflowVersionDetail' });
export const workflowVersionPage = page('WorkflowVersionPage', workflowVersionSchema);

export const workflowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int().meta({ description: 'Latest version' }),
    hash: z.string(),
    pipelines: z.array(z.string()),
    routes: z.array(routeSchema),
    origin: z.string().meta({ description: 'Where the application answers once it is deployed' }),
    created_at: instant,
    updated_at: instant,
    environments: z.record(z.string(), z.object({ version: z.number().int(), deployment_id: z.string() })).meta({ description: 'What runs where' }),
  })
  .meta({ id: 'Workflow' });
export const workflowPage = page('WorkflowPage', workflowSchema);

export const workflowStoredSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    hash: z.string(),
    pipelines: z.array(z.string()),
    routes: z.array(routeSchema),
    changed: z.boolean().meta({ description: 'False when the latest version has the same content' }),
    diagnostics: z.array(diagnosticSchema).meta({ description: 'Warnings' }),
    deployment: deploymentSchema.optional(),
  })
  .meta({ id: 'WorkflowStored' });

export const validationSchema = z
  .object({ valid: z.boolean(), errors: z.array(diagnosticSchema), warnings: z.array(diagnosticSchema) })
  .meta({ id: 'Validation' });

// --- deployments --------------------------------------------------------------------------------

export const createDeploymentRequest = z
  .strictObject({
    workflow_id: z.string().min(1).max(128).meta({ description: 'Id or name of the workflow' }),
    version: z.number().int().min(1).optional().meta({ description: 'The latest when absent' }),
    environment: environmentSchema.default('production'),
    config_overrides: jsonObject
      .optional()
      .meta({ description: 'Values set in the document before it is compiled, by dotted path; list entries by their name' }),
  })
  .meta({ id: 'DeploymentRequest', examples: [{ workflow_id: 'orders', version: 3, environment: 'production' }] });

export const promoteRequest = z
  .strictObject({
    from: environmentSchema.optional().meta({ description: 'When given, it must be where the deployment is' }),
    to: environmentSchema,
    strategy: z.literal('immediate').optional().meta({ description: 'The only strategy for now' }),
    approved_by: z.string().min(1).max(200).optional(),
  })
  .meta({ id: 'PromoteRequest', examples: [{ from: 'staging', to: 'production' }] });

export const deploymentsQuery = z.strictObject({
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  environment: environmentSchema.optional(),
  status: deploymentSchema.shape.status.optional(),
  limit: listLimit,
  cursor,
});

// --- executions ---------------------------------------------------------------------------------

export const createExecutionRequest = z
  .strictObject({
    workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id; may be left out when the pipeline is unambiguous' }),
    pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`; may be left out when the workflow has one' }),
    data: json.optional().meta({ description: 'What the pipeline sees as its trigger' }),
    idempotency_key: z.string().min(1).max(LIMITS.idempotencyKey).optional(),
    environment: environmentSchema.default('production'),
    tags: jsonObject.optional(),
  })
  .meta({ id: 'ExecutionRequest', examples: [{ workflow: 'orders', pipeline: 'process-order', data: { product_id: 'SKU-001', quantity: 3 } }] });
export const createExecutionQuery = z.strictObject({ wait: waitQuery });

const statusSchema = z.enum(EXECUTION_STATUSES);
const errorInfoSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean().optional(),
  status: z.number().optional(),
  hint: z.string().optional(),
});

export const executionStartedSchema = z
  .object({
    execution_id: executionId,
    status: statusSchema,
    workflow: z.string(),
    pipeline: z.string(),
    trace_id: z.string(),
    existing: z.boolean().meta({ description: 'The idempotency key already had an execution; this is it' }),
    result: json.optional().meta({ description: 'What the pipeline responded' }),
    outputs: jsonObject.optional().meta({ description: 'Output of each step' }),
    error: errorInfoSchema.optional(),
  })
  .meta({ id: 'ExecutionStarted' });

export const executionSchema = z
  .object({
    execution_id: executionId,
    workflow: z.string(),
    workflow_id: z.string(),
    version: z.number().int(),
    environment: z.string(),
    pipeline: z.string(),
    tenant: z.string(),
    status: statusSchema,
    trigger: z.string(),
    started_at: instant,
    completed_at: instant.optional(),
    duration_ms: z.number().optional(),
    current_step: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'Execution' });
export const executionPage = page('ExecutionPage', executionSchema);

export const executionsQuery = z.strictObject({
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  status: statusSchema.optional(),
  environment: environmentSchema.optional(),
  from: instantQuery.meta({ description: 'Started at or after; ISO 8601 or epoch ms' }),
  to: instantQuery.meta({ description: 'Started before; ISO 8601 or epoch ms' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'Text in id, pipeline or error' }),
  limit: listLimit,
  cursor,
});

export const timelineSchema = z
  .looseObject({
    execution_id: executionId,
    pipeline: z.string(),
    tenant: z.string(),
    status: statusSchema,
    started_at: instant,
    completed_at: instant.optional(),
    duration_ms: z.number().optional(),
    trigger: jsonObject,
    steps: z.array(
      z.looseObject({
        name: z.string(),
        type: z.string(),
        index: z.number().int(),
        status: z.enum(STEP_STATUSES),
        started_at: instant.optional(),
        duration_ms: z.number().optional(),
        input: json.optional(),
        output: json.optional(),
        attempts: z.number().int(),
        error: errorInfoSchema.optional(),
        compensation: z.looseObject({ type: z.string(), status: z.string(), attempts: z.number().int() }).optional(),
      }),
    ),
    metadata: jsonObject,
    last_seq: z.number().int(),
  })
  .meta({ id: 'Timeline' });

const eventTypes = Object.keys(EVENT_CODES) as [keyof typeof EVENT_CODES, ...(keyof typeof EVENT_CODES)[]];

/** An event under the log's own names, and under those of the product document. */
export const eventSchema = z
  .object({
    seq: z.number().int(),
    at: z.number().int().meta({ description: 'Epoch ms' }),
    type: z.enum(eventTypes),
    data: jsonObject,
    sequence_num: z.number().int().meta({ description: 'The same as seq' }),
    event_type: z.enum(eventTypes).meta({ description: 'The same as type' }),
    event_data: jsonObject.meta({ description: 'The same as data' }),
    created_at: instant.meta({ description: 'The same as at' }),
  })
  .meta({ id: 'Event' });
export const eventPage = z
  .object({
    items: z.array(eventSchema),
    next: z.number().int().nullable().meta({ description: '`from` of the next page' }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'EventPage' });
export const eventsQuery = z.strictObject({
  from: z.coerce.number().int().min(1).optional().meta({ description: 'First sequence number wanted' }),
  type: z
    .string()
    .transform((text, context) => {
      const types = text.split(',');
      const unknown = types.find((type) => !(type in EVENT_CODES));
      if (unknown === undefined) return types;
      context.addIssue({ code: 'custom', message: `no event type '${unknown.slice(0, 64)}'` });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'One type or several, with commas between' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.eventsMax)
    .optional()
    .meta({ description: `1 to ${LIMITS.eventsMax}; 100 when absent` }),
  cursor,
});

export const logLineSchema = z
  .looseObject({
    timestamp: instant,
    level: z.string(),
    message: z.string(),
    execution_id: executionId,
    pipeline: z.string(),
    step: z.string().optional(),
    tenant: z.string(),
    trace_id: z.string().optional(),
    duration_ms: z.number().optional(),
  })
  .meta({ id: 'LogLine' });
export const logPage = page('LogPage', logLineSchema);

export const cancelRequest = z.strictObject({ reason: z.string().min(1).max(500).optional() }).meta({ id: 'CancelRequest' });
export const emptyRequest = z.strictObject({});
export const controlSchema = z.object({ execution_id: executionId, status: statusSchema }).meta({ id: 'Control' });
export const rebuildSchema = z
  .object({
    execution_id: executionId,
    equal: z.boolean().meta({ description: 'Whether the folded log equals the state in memory; false is a defect of the platform' }),
    events: z.number().int(),
    status: statusSchema,
    state_hash: z.string(),
    differences: z.array(z.string()),
  })
  .meta({ id: 'Rebuild' });

export const liveQuery = z.strictObject({
  pipeline: z.string().min(1).max(256).optional(),
  workflow: z.string().min(1).max(128).optional(),
  status: statusSchema.optional(),
  execution_id: z.string().max(64).optional(),
  tenant: slugSchema.optional().meta({ description: 'Your own; the platform key may name any' }),
});

// --- description of steps and modules ------------------------------------------------------------

export const stepTypeSchema = z
  .object({
    type: z.string(),
    summary: z.string(),
    kind: z.string(),
    pure: z.boolean().meta({ description: 'No I/O' }),
    responds: z.boolean().meta({ description: 'Its result is the HTTP answer' }),
    idempotent: z.boolean(),
    default_timeout_ms: z.number(),
    config: jsonObject.meta({ description: 'JSON Schema of `config`' }),
  })
  .meta({ id: 'StepType' });
export const stepTypeList = z.object({ items: z.array(stepTypeSchema), next_cursor: z.null() }).meta({ id: 'StepTypeList' });
export const moduleTypeSchema = z
  .object({ type: z.string(), summary: z.string(), database: z.boolean(), config: jsonObject.meta({ description: 'JSON Schema of `config`' }) })
  .meta({ id: 'ModuleType' });
export const moduleTypeList = z.object({ items: z.array(moduleTypeSchema), next_cursor: z.null() }).meta({ id: 'ModuleTypeList' });

// --- platform -----------------------------------------------------------------------------------

export const createCompanyRequest = z
  .strictObject({ name: z.string().trim().min(1).max(200), slug: slugSchema, region: z.string().min(1).max(32) })
  .meta({ id: 'CompanyRequest', examples: [{ name: 'Acme Corp', slug: 'acme', region: 'eu' }] });
export const companySchema = z.object({ id: z.string(), name: z.string(), slug: z.string(), region: z.string(), created_at: instant }).meta({ id: 'Company' });
export const companyPage = page('CompanyPage', companySchema);

export const createApiKeyRequest = z
  .strictObject({
    tenant: slugSchema.optional().meta({ description: 'Your own when absent; the platform key may name any' }),
    role: roleSchema,
    name: z.string().trim().min(1).max(200),
  })
  .meta({ id: 'ApiKeyRequest', examples: [{ role: 'editor', name: 'ci' }] });
export const apiKeySchema = z
  .object({ id: z.string(), tenant: z.string(), role: roleSchema, name: z.string(), prefix: z.string(), created_at: instant })
  .meta({ id: 'ApiKey' });
export const apiKeyCreatedSchema = z
  .object({ ...apiKeySchema.shape, key: z.string().meta({ description: 'Shown this once; only its hash is kept' }) })
  .meta({ id: 'ApiKeyCreated' });
export const apiKeyPage = page('ApiKeyPage', apiKeySchema);
