/**
 * The OpenAPI 3.1 document, made from the endpoints and their schemas when it is first asked for.
 * A schema with an `id` is a component; every endpoint lists the problems it may answer, by status.
 */
import { type ZodType, z } from 'zod';
import { problemSchema } from '#contracts/api';
import { CALL_UNITS } from '#contracts/call-weight';
import { LIMITS } from '#contracts/limits';
import { operationId } from '#contracts/operation-id';
import { type AnyEndpoint, splitRoute, weightOf } from '#workers/api/endpoint';
import { API_PREFIX, ENDPOINTS } from '#workers/api/endpoint-list';
import { problemsOf, SHARED } from '#workers/api/openapi-problems';
import { requirementOf } from '#workers/api/policy';
import { neededFor } from '#workers/api/policy-words';

export type JsonSchema = { [keyword: string]: unknown };

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Answer | { $ref: string }>;
  security: Record<string, string[]>[];
}

export interface Answer {
  description: string;
  headers?: JsonSchema;
  content?: Record<string, { schema: JsonSchema }>;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license?: { name: string; identifier: string } };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; responses?: Record<string, Answer>; securitySchemes: Record<string, JsonSchema> };
}

const TAGS = [
  { name: 'Definitions', description: 'Documents and their versions.' },
  { name: 'Schedules', description: 'What starts by time.' },
  { name: 'Events', description: 'What goes over the event bus.' },
  { name: 'Deployments', description: 'Which version runs in which environment.' },
  { name: 'Executions', description: 'Start, list, read, watch, control.' },
  { name: 'Idempotency keys', description: 'What was done under which key; and doing it once more.' },
  { name: 'State machines', description: 'Their rules, their instances, and moving them by hand.' },
  { name: 'Logs and traces', description: 'What executions leave behind beyond their own logs.' },
  { name: 'Circuit breakers', description: 'Which calls are held back, and why; opening and closing by hand.' },
  { name: 'Metrics', description: 'How many, how long, how well, and what it costs.' },
  { name: 'Dead letters', description: 'What failed for good: look at it, replay it, discard it.' },
  { name: 'Debugging', description: 'Breakpoints, mocks, and what a step sees.' },
  { name: 'Description', description: 'What a document may contain.' },
  { name: 'Audit', description: 'Who changed what, in a chain that shows when it was altered.' },
  { name: 'Secrets', description: 'Values that documents name and nobody reads again.' },
  { name: 'Sign-in', description: 'Signing in, the own account, and how the people of a company sign in.' },
  { name: 'Mail', description: 'What the platform has sent.' },
  { name: 'Access', description: 'Organizations, projects, who has which role, and keys.' },
  { name: 'Platform', description: 'Companies.' },
];

const PARAMETERS: Record<string, string> = {
  tenant: 'Slug of the tenant',
  region: 'Name of a region',
  name: 'Name of the secret',
  workflow: 'Id or name of the workflow',
  version: 'Number of the version',
  deployment: 'Id of the deployment, `dep_…`',
  schedule: 'Name of the schedule',
  execution: 'Id of the execution, `exec_…`',
  pipeline: 'Name of the pipeline, or `workflow.pipeline`',
  machine: 'Name of a state machine, or of the engine that runs it',
  instance: 'Id of an instance of the state machine',
  idempotency_key: 'The key as the step gave it, URL-encoded',
  topic: 'Name of a topic, URL-encoded',
  letter: 'Id of the dead letter: that of the execution that failed',
  job: 'Id of the job, `job_…`',
  session: 'Id of the session, `ses_…`',
  user: 'Id of the user, `usr_…`',
  store: 'Name of the store of secrets',
  provider: 'Id of the identity provider, `idp_…`',
  mail: 'Id of the mail, `mail_…`',
  breakpoint: 'Id of the breakpoint, `bp_…`',
  breaker: 'Name of the circuit breaker: a host, or the name that steps give',
  step: 'Name of the step',
  signal: 'Name of the event, or of the step that waits',
  sha256: 'Hash of the payload, 64 hexadecimal digits',
  key: 'Id of the key, `key_…`',
  organization: 'Id of the organization, `org_…`',
  project: 'Id of the project, `prj_…`',
  member: 'Id of the person, `usr_…`, or service account, `svc_…`',
  invitation: 'Id of the invitation, `inv_…`',
  account: 'Id of the service account, `svc_…`',
};

let made: OpenApiDocument | undefined;

export function openApiDocument(): OpenApiDocument {
  made ??= build();
  return made;
}

/** The answer itself, where an operation only names it. */
export function answerOf(document: OpenApiDocument, answer: Answer | { $ref: string }): Answer {
  return '$ref' in answer ? document.components.responses![answer.$ref.slice(SHARED.length)]! : answer;
}

function build(): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = {};
  const responses: Record<string, Answer> = {};
  const paths: OpenApiDocument['paths'] = {};
  for (const definition of ENDPOINTS) {
    const { method, path } = splitRoute(definition.route);
    const full = `${API_PREFIX}${path}`;
    paths[full] = { ...paths[full], [method.toLowerCase()]: operationOf(definition, schemas, responses) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Workflow API',
      version: '1',
      description: [
        'Durable workflows at the edge: store a document, deploy it, run its pipelines, and see every step.',
        '',
        '- Every answer carries `X-Request-Id`. Errors are RFC 9457 problem details; decide on `code`.',
        `- Lists take \`limit\` (1 to ${LIMITS.listMax}) and \`cursor\`, and answer \`items\` and \`next_cursor\`.`,
        '- Unknown query keys and unknown keys of a body are errors.',
        '- Each call costs units, of which a company has so many a minute; `X-RateLimit-Remaining` says how many are left to the caller. Without a credential they are of the address that calls.',
        "- The operator's key acts for the tenant that the header `X-Tenant` names, `acme` without it.",
        '- Where executions of a tenant live in other regions too, the header `X-Region` says which one a call is about; without it the execution that the call names, or the home of the tenant.',
      ].join('\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths,
    components: {
      schemas,
      responses,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, `wfk_…`, or a session token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'wf_session',
          description: 'Set by /sign-in; __Host-wf_session over https. Changes only from pages of this origin',
        },
      },
    },
  };
}

function operationOf(definition: AnyEndpoint, schemas: Record<string, JsonSchema>, shared: Record<string, Answer>): Operation {
  const { path } = splitRoute(definition.route);
  const who = neededFor(requirementOf(definition.route));
  const body: Record<string, ZodType> | undefined = definition.ownBody ?? (definition.body ? { 'application/json': definition.body } : undefined);
  return {
    operationId: operationId(definition.route),
    tags: [definition.tag],
    summary: definition.summary,
    description: [definition.description, [who, costOf(definition)].filter(Boolean).join(' ')].filter(Boolean).join('\n\n'),
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name: name!,
        in: 'path' as const,
        required: true,
        description: PARAMETERS[name!],
        schema: { type: 'string' },
      })),
      ...queryParameters(definition, schemas),
      ...headerParameters(definition),
    ],
    ...(body
      ? {
          requestBody: {
            required: definition.ownBody !== undefined || !(definition.body as ZodType).safeParse({}).success,
            content: mapValues(body, (schema) => ({ schema: schemaOf(schema, 'input', schemas) })),
          },
        }
      : {}),
    responses: { ...answersOf(definition, schemas), ...problemsOf(definition, schemaOf(problemSchema, 'output', schemas), shared) },
    security: requirementOf(definition.route) === 'public' ? [] : [{ key: [] }, { session: [] }],
  };
}

function costOf(definition: AnyEndpoint): string {
  const units = CALL_UNITS[weightOf(definition)];
  if (units === 0) return 'Costs no units.';
  const whose = requirementOf(definition.route) === 'public' ? ' of the address' : '';
  return `Costs ${units} ${units === 1 ? 'unit' : 'units'}${whose}.`;
}

function queryParameters(definition: AnyEndpoint, schemas: Record<string, JsonSchema>): Operation['parameters'] {
  const shape: Record<string, ZodType> = definition.query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => {
    const { description, ...rest } = schemaOf(schema, 'input', schemas);
    return {
      name: name === 'attr' ? 'attr.{name}' : name,
      in: 'query' as const,
      required: !schema.safeParse(undefined).success,
      ...(typeof description === 'string' ? { description } : {}),
      // A coerced value may be anything that turns into its type; what is meant is what comes out.
      schema: Object.keys(rest).length > 0 ? rest : parameterSchema(schema, schemas),
    };
  });
}

function headerParameters({ headers = {} }: AnyEndpoint): Operation['parameters'] {
  return Object.entries(headers).map(([name, description]) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } }));
}

function parameterSchema(schema: ZodType, schemas: Record<string, JsonSchema>): JsonSchema {
  const { description: _, ...rest } = schemaOf(schema, 'output', schemas);
  return Object.keys(rest).length > 0 ? rest : { type: 'string' };
}

function answersOf(definition: AnyEndpoint, schemas: Record<string, JsonSchema>): Operation['responses'] {
  const responses: Operation['responses'] = {};
  for (const [status, answer] of Object.entries(definition.answers) as [string, AnyEndpoint['answers'][number]][]) {
    const mediaType = answer.mediaType ?? 'application/json';
    const content = answer.schema ? schemaOf(answer.schema, 'output', schemas) : answer.mediaType ? {} : undefined;
    responses[status] = { description: answer.description, ...(content ? { content: { [mediaType]: { schema: content } } } : {}) };
  }
  return responses;
}

/** The schema, its named parts moved to the components. */
export function schemaOf(schema: ZodType, io: 'input' | 'output', schemas: Record<string, JsonSchema>): JsonSchema {
  const converted = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      // Answers grow by fields; a client must not take a new one for a mistake.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // That a number is a safe integer goes without saying.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const { $schema: _, $defs, ...rest } = converted;
  for (const [name, part] of Object.entries($defs ?? {})) schemas[name] ??= cleaned(part);
  const own = z.globalRegistry.get(schema)?.id;
  if (own === undefined) return cleaned(rest);
  schemas[own] ??= cleaned(rest);
  return { $ref: `#/components/schemas/${own}` };
}

/** Without the ids that named it, and with references to the components. */
function cleaned(schema: JsonSchema): JsonSchema {
  const { id: _, $id: __, ...rest } = schema;
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

function mapValues<V, W>(record: Record<string, V>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
