/**
 * Requests and answers of `/api/v1` as zod schemas: the door checks with them, OpenAPI is generated from them.
 * Those about executions are in `api-executions.ts`.
 *
 * 1. Requests are strict: an unknown key is an error, never ignored.
 * 2. A schema with an `id` in its `.meta()` becomes a named component of the OpenAPI document.
 * 3. Instants are ISO 8601 UTC with milliseconds; durations are milliseconds.
 */
import { z } from 'zod';
import {
  askedRegions,
  cursor,
  environmentSchema,
  formerWorkflow,
  instant,
  jsonObject,
  listLimit,
  listQuery,
  oneLine,
  page,
  projectId,
} from '#contracts/api-parts';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { PORTS, type Port } from '#contracts/module';
import { outlineSchema } from '#contracts/outline';

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
    name: slugSchema.optional().meta({ description: 'Name of the workflow; wins over the one in the document' }),
    config: z.union([z.string().min(1), jsonObject]).meta({ description: 'The application as YAML text or as an object' }),
    files: z
      .record(z.string(), z.union([z.string(), z.strictObject({ base64: z.string() }), z.null()]))
      .refine((files) => Object.keys(files).length <= LIMITS.filesPerDocument, `${LIMITS.filesPerDocument} files at most`)
      .optional()
      .meta({
        description:
          'Files that the document names (seeds, pages, rules, descriptions, components), by their path in it: text, or base64; null: it does not come along',
      }),
    keep_files: z.boolean().optional().meta({
      description: 'Files of the latest version that the document still names come along, but for those under `files`. Default: where there is no `files`',
    }),
  })
  .meta({ id: 'WorkflowDocument', examples: [{ name: 'orders', config: 'pipelines:\n  process-order:\n    steps: []\n' }] });

export const createWorkflowQuery = z.strictObject({
  name: slugSchema.optional().meta({ description: 'Name of the workflow; wins over the one in the document' }),
  deploy: environmentSchema.optional().meta({ description: 'Deploy the new version in this environment at once', examples: ['production'] }),
  project: projectId.optional().meta({ description: 'Project that it is put in; the default one, or the only one that you may put it in, when absent' }),
});
export const workflowsQuery = z.strictObject({
  ...listQuery.shape,
  project: projectId.optional().meta({ description: 'Of this project alone' }),
});
export const moveWorkflowRequest = z.strictObject({ project: projectId }).meta({ id: 'WorkflowMove', examples: [{ project: 'prj_default' }] });
export const validateWorkflowQuery = z.strictObject({
  name: slugSchema.optional().meta({ description: 'Name of the workflow when the document has none' }),
  workflow: formerWorkflow.optional(),
});
export const updateWorkflowQuery = z.strictObject({
  deploy: environmentSchema.optional().meta({ description: 'Deploy the version in this environment at once', examples: ['production'] }),
});

const routeSchema = z.object({
  method: z.string(),
  path: z.string(),
  pipeline: z.string().optional().meta({ description: 'The pipeline that answers' }),
  door: z.string().optional().meta({ description: 'The module that answers without an execution, where no pipeline does' }),
  middlewares: z.array(z.string()).optional().meta({ description: 'Modules that the request passes first' }),
});

const diagnosticSchema = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    path: z.string().meta({ description: 'Dotted path in the document; empty for the document itself' }),
    line: z.number().int().meta({ description: 'From 1, as column' }),
    column: z.number().int(),
    end_line: z.number().int(),
    end_column: z.number().int(),
    hint: z.string().meta({ description: 'What to write instead' }),
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
    project: z.string(),
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
  .object({
    valid: z.boolean(),
    errors: z.array(diagnosticSchema),
    warnings: z.array(diagnosticSchema),
    outline: outlineSchema.nullable().meta({ description: 'What stands where, also of a document with mistakes; null where there is nothing to go on with' }),
  })
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
  status: deploymentSchema.shape.status.optional().meta({ description: 'What became of it' }),
  limit: listLimit,
  cursor,
});

// --- description of steps and modules ------------------------------------------------------------

export const stepTypeSchema = z
  .object({
    type: z.string(),
    summary: z.string(),
    kind: z.string(),
    pure: z.boolean().meta({ description: 'No I/O' }),
    responds: z.boolean().meta({ description: 'Its result is the HTTP answer' }),
    waits: z.boolean().meta({ description: 'For a signal from outside' }),
    idempotent: z.boolean(),
    default_timeout_ms: z.number(),
    chooses: z
      .object({ yes: z.string(), no: z.string() })
      .optional()
      .meta({ description: 'A choice between two sides: the settings that name the step to go to' }),
    config: jsonObject.meta({ description: 'JSON Schema of `config`' }),
  })
  .meta({ id: 'StepType' });
export const stepTypeList = z.object({ items: z.array(stepTypeSchema), next_cursor: z.null() }).meta({ id: 'StepTypeList' });
const portSchema = z.enum(Object.keys(PORTS) as [Port, ...Port[]]);
const moduleTypeSchema = z
  .object({
    type: z.string(),
    summary: z.string(),
    database: z.boolean(),
    ports: z
      .object({
        offers: z.array(portSchema),
        takes: z.array(
          z.object({
            port: portSchema,
            by: z.string().optional().meta({ description: 'The setting that names the other module' }),
            or_pipeline: z.boolean().meta({ description: 'That setting may name a pipeline instead' }),
            required: z.boolean().meta({ description: 'It does not work without' }),
          }),
        ),
      })
      .meta({ description: 'What it gives to other modules and to steps, and what it takes from them' }),
    config: jsonObject.meta({ description: 'JSON Schema of `config`' }),
    example: z.string().meta({ description: 'A module in YAML' }),
  })
  .meta({ id: 'ModuleType' });
export const moduleTypeList = z.object({ items: z.array(moduleTypeSchema), next_cursor: z.null() }).meta({ id: 'ModuleTypeList' });

// --- platform -----------------------------------------------------------------------------------

export const createCompanyRequest = z
  .strictObject({ name: oneLine.max(200), slug: slugSchema, region: z.string().min(1).max(32) })
  .meta({ id: 'CompanyRequest', examples: [{ name: 'Acme Corp', slug: 'acme', region: 'eu' }] });
export const companySchema = z.object({ id: z.string(), name: z.string(), slug: z.string(), region: z.string(), created_at: instant }).meta({ id: 'Company' });
export const companyPage = page('CompanyPage', companySchema).extend({ regions: askedRegions });
