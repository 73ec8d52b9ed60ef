/**
 * The JSON Schema of what editors open: an application, or its tests. It is as strict as the loader where that helps while
 * writing, takes whatever the loader takes, and knows that any value may be a template instead.
 */

import { ATTRIBUTE_NAME, ATTRIBUTES_MAX } from '#contracts/attributes';
import { CONFLICTS } from '#contracts/definition';
import { MASK_PATTERNS } from '#contracts/mask';
import { PRIORITIES } from '#contracts/priority';
import { testDocument } from '#contracts/yaml-tests';
import {
  BACKOFF,
  BREAKER_KEYS,
  CONCURRENCY_KEYS,
  DEAD_LETTER_KEYS,
  DEBOUNCE_KEYS,
  FALLBACK_KEYS,
  FALLBACK_RESPONSE_KEYS,
  IDEMPOTENCY_KEYS,
  MASK_KEYS,
  ON_ERROR,
  PIPELINE_KEYS,
  RETRY_KEYS,
  SAGA_KEYS,
  SCHEMA_KEYS,
  TOP_LEVEL,
  TOP_LEVEL_FOREIGN,
  TOP_LEVEL_NOT_YET,
  TRIGGER_SECTIONS,
  WORKFLOW_SECTIONS,
} from '#language/dialect';
import { ARITIES } from '#language/templates/function-names';
import { activityDefinitions } from '#workers/editor-schema/activities';
import { isolationSchema, scaleSchema } from '#workers/editor-schema/bounds';
import { described, duration, flag, type JsonSchema, list, named, object, ref, schemaOf, text } from '#workers/editor-schema/json-schema';
import { regionsSchema } from '#workers/editor-schema/regions';
import { triggerDefinition, triggerSections, workflowSections } from '#workers/editor-schema/sections';

export function editorSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://workflow.dev/dialect.schema.json',
    title: 'Workflow: an application, or its tests',
    type: 'object',
    if: { required: ['tests'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: ref('tests'),
    else: ref('application'),
    $defs: {
      application: application(),
      tests: described(schemaOf(testDocument), 'Tests of an application: of pipelines, state machines and schedules.'),
      template: {
        type: 'string',
        pattern: '\\{\\{|\\$\\{',
        description: 'A template, or a text that has one inside.',
        'x-functions': Object.fromEntries(Object.entries(ARITIES).map(([name, { usage }]) => [name, usage])),
      },
      pipeline: object(
        [...PIPELINE_KEYS],
        {
          description: text,
          trigger: ref('trigger'),
          steps: { type: 'array', minItems: 1, items: ref('step') },
          compensation: { type: 'array', items: ref('step'), description: 'Steps that run only where the pipeline is undone.' },
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
          attributes: {
            type: 'object',
            propertyNames: { pattern: ATTRIBUTE_NAME.source },
            maxProperties: ATTRIBUTES_MAX,
            additionalProperties: text,
            description: 'By what executions are found: templates over what starts them.',
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
      trigger: triggerDefinition(),
      circuit_breaker: {
        anyOf: [
          flag,
          object([...BREAKER_KEYS], {
            enabled: flag,
            name: { ...text, description: 'Steps of the same name share the breaker; the host when absent.' },
            failure_threshold: { type: 'integer', minimum: 1, description: 'So many failures in a row open it; 5 when absent.' },
            success_threshold: { type: 'integer', minimum: 1, description: 'So many successes in a row close it again; 3 when absent.' },
            timeout: { ...duration, description: 'From the opening to the first call that tries; 30s when absent.' },
            fallback: object([...FALLBACK_KEYS], {
              type: { enum: ['static', 'cached'] },
              max_age: duration,
              response: object([...FALLBACK_RESPONSE_KEYS], { status: { type: 'integer', minimum: 200, maximum: 599 } }),
            }),
          }),
        ],
        description: 'Calls are held back while the other side keeps failing.',
      },
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
      ...activityDefinitions(),
    },
  };
}

function application(): JsonSchema {
  const scheduler = workflowSections().scheduler!;
  return object(
    [...TOP_LEVEL, ...TOP_LEVEL_NOT_YET, ...TOP_LEVEL_FOREIGN],
    {
      name: described(text, 'Name of the application: lower case letters, digits and hyphens.'),
      version: { anyOf: [text, { type: 'number' }], description: 'Your own version; the platform counts versions itself.' },
      description: text,
      strict_templates: described(flag, 'A template that names a missing value is an error.'),
      retention: described(duration, 'How long finished executions stay in their objects before they are archived.'),
      schemas: named(
        {
          anyOf: [
            object([...SCHEMA_KEYS], { data_schema: { type: 'object' } }, { required: ['data_schema'] }),
            { type: 'object', not: { required: ['data_schema'] } },
          ],
        },
        { description: 'Shapes of data by name: JSON Schemas, which triggers and published events are checked against.' },
      ),
      modules: list(ref('module'), { description: 'What the application is made of: doors, stores, engines, senders.' }),
      pipelines: named(ref('pipeline'), { description: 'Steps in order, by the name of the pipeline.' }),
      workflows: object(WORKFLOW_SECTIONS, workflowSections(), { description: 'How modules and pipelines are wired, in the older generation.' }),
      triggers: object(TRIGGER_SECTIONS, triggerSections(), { description: 'What sets workflows going, in the older generation.' }),
      scale: scaleSchema(),
      isolation: isolationSchema(),
      regions: regionsSchema(),
      scheduler,
      reverseproxy: described({ type: 'object' }, 'Settings of the module of the type reverseproxy.'),
    },
    { description: 'An application: modules, and pipelines of steps.' },
  );
}
