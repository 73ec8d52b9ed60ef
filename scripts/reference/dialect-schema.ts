/**
 * The JSON Schema of a document, for editors. It is as strict as the loader where that helps while writing, and knows
 * that any value may be a template instead.
 */

import { CONFLICTS, PRIORITIES } from '#contracts/definition';
import { MASK_PATTERNS } from '#contracts/mask';
import {
  BACKOFF,
  COMPENSATE_KEYS,
  CONCURRENCY_KEYS,
  DEAD_LETTER_KEYS,
  DEBOUNCE_KEYS,
  IDEMPOTENCY_KEYS,
  MASK_KEYS,
  METHODS,
  MODULE_KEYS,
  ON_ERROR,
  PIPELINE_KEYS,
  PIPELINE_KEYS_NOT_YET,
  POLICY_IN_CONFIG,
  RETRY_KEYS,
  ROUTE_KEYS,
  SAGA_KEYS,
  STEP_KEYS,
  TOP_LEVEL,
  TOP_LEVEL_FOREIGN,
  TOP_LEVEL_NOT_YET,
  TRIGGERS,
} from '#language/dialect';
import { modules } from '#modules/registry';
import { steps } from '#steps/registry';
import { type JsonSchema, schemaOf } from './settings.ts';

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const duration: JsonSchema = {
  anyOf: [{ type: 'string' }, { type: 'number', minimum: 0 }],
  description: 'A duration such as 500ms, 30s, 5m, 1h30m or 7d. A number is seconds.',
};

export function dialectSchema(): JsonSchema {
  const stepTypes = [...steps.keys()].sort();
  const moduleTypes = [...modules.keys()].sort();
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://workflow.dev/dialect.schema.json',
    title: 'Workflow application',
    ...object(
      [...TOP_LEVEL, ...TOP_LEVEL_NOT_YET, ...TOP_LEVEL_FOREIGN],
      {
        name: { ...text, description: 'Name of the application: lower case letters, digits and hyphens.' },
        version: { anyOf: [text, { type: 'number' }], description: 'Your own version; the platform counts versions itself.' },
        description: text,
        strict_templates: { ...flag, description: 'A template that names a missing value is an error.' },
        retention: { ...duration, description: 'How long finished executions stay in their objects before they are archived.' },
        modules: { type: 'array', items: ref('module') },
        pipelines: { type: 'object', additionalProperties: ref('pipeline') },
        workflows: { type: 'object', properties: { http: { type: 'object', properties: { routes: { type: 'array', items: ref('route') } } } } },
        triggers: { type: 'object' },
      },
      {},
    ),
    $defs: {
      template: { type: 'string', pattern: '\\{\\{|\\$\\{', description: 'A template, or a text that has one inside.' },
      module: {
        ...object(
          [...MODULE_KEYS],
          { name: text, type: { enum: [...moduleTypes, ...stepTypes] }, config: { type: 'object' }, dependsOn: { type: 'array', items: text } },
          { required: ['name', 'type'] },
        ),
        allOf: moduleTypes.map((type) => byType(type, lenient(schemaOf(modules.get(type)!.config)))),
      },
      pipeline: object(
        [...PIPELINE_KEYS, ...PIPELINE_KEYS_NOT_YET],
        {
          description: text,
          trigger: ref('trigger'),
          steps: { type: 'array', minItems: 1, items: ref('step') },
          on_error: ref('on_error'),
          timeout: duration,
          retry: ref('retry'),
          strict_templates: flag,
          retention: duration,
          idempotency: object(
            [...IDEMPOTENCY_KEYS],
            { key_template: { ...text, description: 'The same key is the same execution.' }, ttl: duration },
            { required: ['key_template'] },
          ),
          saga: object(
            [...SAGA_KEYS],
            { enabled: flag, timeout: duration, compensation_order: { enum: ['reverse', 'parallel'] }, track_compensation: flag },
            { description: 'Undo what has completed when a step fails.' },
          ),
          concurrency: {
            anyOf: [
              { type: 'integer', minimum: 1 },
              object([...CONCURRENCY_KEYS], {
                max: { type: 'integer', minimum: 1, description: 'Executions in flight; 1 when absent.' },
                key: { ...text, description: 'Executions of the same key share the places.' },
                on_conflict: { enum: [...CONFLICTS], description: 'What becomes of a start that finds no place.' },
                priority: { anyOf: [{ enum: Object.keys(PRIORITIES) }, { type: 'integer' }, ref('template')], description: 'Who waits goes by it.' },
              }),
            ],
            description: 'How many executions of the pipeline run at once.',
          },
          debounce: {
            anyOf: [duration, object([...DEBOUNCE_KEYS], { window: duration, max_wait: duration, key: text }, { required: ['window'] })],
            description: 'Of starts that follow each other within the window, the last one runs.',
          },
          mask: {
            anyOf: [
              flag,
              object([...MASK_KEYS], {
                paths: { type: 'array', items: text, description: 'Fields: trigger.body.email, steps.lookup.phone, or email for every field of that name.' },
                patterns: { type: 'array', items: { anyOf: [{ enum: [...MASK_PATTERNS] }, text] }, description: 'Kinds by name, or regular expressions.' },
              }),
            ],
            description: 'Personal data that is replaced by pseudonyms before anything is written.',
          },
          residency: { ...text, description: 'The region in which each execution lives: a name, or a template over what starts it.' },
          dead_letter: object(
            [...DEAD_LETTER_KEYS],
            {
              enabled: flag,
              retention: duration,
              alert_threshold: { type: 'integer', minimum: 1, description: 'Depth from which the pipeline counts as alerting.' },
              replayable: flag,
            },
            { description: 'What fails for good is kept for an operator.' },
          ),
        },
        { required: ['steps'] },
      ),
      trigger: {
        type: 'object',
        properties: {
          type: { enum: Object.keys(TRIGGERS).sort() },
          config: { type: 'object' },
          ...Object.fromEntries(triggerKeys().map((key) => [key, true])),
          method: { enum: [...METHODS] },
        },
        required: ['type'],
        additionalProperties: false,
      },
      route: object(
        [...ROUTE_KEYS],
        {
          method: { enum: [...METHODS] },
          path: text,
          steps: { type: 'array', items: ref('step') },
          pipeline: { anyOf: [text, { type: 'object', properties: { steps: { type: 'array', items: ref('step') } } }] },
        },
        { required: ['method', 'path'] },
      ),
      on_error: { enum: [...ON_ERROR], description: 'What a failed step means for the rest.' },
      retry: object([...RETRY_KEYS], {
        max_attempts: { type: 'integer', minimum: 1, description: 'Calls in all, the first included.' },
        backoff: { enum: [...BACKOFF] },
        initial_delay: duration,
        max_delay: duration,
        jitter: flag,
        retry_on: { type: 'array', items: { anyOf: [{ type: 'integer' }, text] }, description: 'Only these statuses and error codes are retried.' },
        give_up_on: { type: 'array', items: { anyOf: [{ type: 'integer' }, text] }, description: 'These are never retried.' },
      }),
      step: {
        ...object(
          [...STEP_KEYS, ...POLICY_IN_CONFIG],
          { ...activity(stepTypes), if: text, skip_if: text, on_error: ref('on_error'), compensate: ref('compensation') },
          { required: ['name', 'type'] },
        ),
        allOf: stepTypes.map((type) => byType(type, ref(type))),
      },
      compensation: {
        ...object([...COMPENSATE_KEYS, ...POLICY_IN_CONFIG], activity(stepTypes), { required: ['type'], description: 'How to undo the step.' }),
        allOf: stepTypes.map((type) => byType(type, ref(type))),
      },
      ...Object.fromEntries(stepTypes.map((type) => [type, stepConfig(type)])),
    },
  };
}

function activity(types: string[]): Record<string, JsonSchema> {
  return {
    name: text,
    description: text,
    type: { enum: types },
    config: { type: 'object' },
    timeout: duration,
    retry: ref('retry'),
    detached: flag,
    idempotent: { ...flag, description: 'The same key has its effect once; its result is given again.' },
    idempotency_key: text,
  };
}

/** All keys that are known, with the schema of those that have one. */
function object(keys: string[], properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema {
  const all = Object.fromEntries(keys.filter((key) => !(key in properties)).map((key) => [key, true]));
  return { type: 'object', ...more, properties: { ...properties, ...(all as unknown as Record<string, JsonSchema>) }, additionalProperties: false };
}

function triggerKeys(): string[] {
  return [...new Set(Object.values(TRIGGERS).flatMap((trigger) => trigger.keys))].sort();
}

function byType(type: string, config: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  return { if: { properties: { type: { const: type } }, required: ['type'] }, then: { properties: { config } } };
}

function stepConfig(type: string): JsonSchema {
  const step = steps.get(type)!;
  const schema = lenient(schemaOf(step.config));
  const policy = Object.fromEntries(POLICY_IN_CONFIG.filter((key) => !(key in (schema.properties ?? {}))).map((key) => [key, true]));
  return { description: step.summary, ...schema, properties: { ...schema.properties, ...(policy as unknown as Record<string, JsonSchema>) } };
}

/** Everything below the settings themselves may be a template instead of what the schema asks for. */
function lenient(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, orTemplate(property)])) };
}

function orTemplate(schema: JsonSchema): JsonSchema {
  const inner: JsonSchema = { ...schema };
  if (inner.items) inner.items = orTemplate(inner.items);
  if (inner.properties) inner.properties = Object.fromEntries(Object.entries(inner.properties).map(([name, property]) => [name, orTemplate(property)]));
  if (typeof inner.additionalProperties === 'object') inner.additionalProperties = orTemplate(inner.additionalProperties);
  for (const key of ['anyOf', 'oneOf'] as const) if (inner[key]) inner[key] = inner[key].map(orTemplate);
  const free = Object.keys(inner).every((key) => key === 'description') || (inner.type === 'string' && inner.pattern === undefined && inner.enum === undefined);
  const { description, default: fallback, deprecated, ...rest } = inner;
  if (free || inner.const !== undefined) return inner;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(deprecated === undefined ? {} : { deprecated }),
    anyOf: [rest, ref('template')],
  };
}
