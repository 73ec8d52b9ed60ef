/** Steps, what undoes them, and modules: one description for each type, chosen by `type`. */
import { COMPENSATE_KEYS, MODULE_KEYS, POLICY_IN_CONFIG, STEP_KEYS } from '#language/dialect';
import { modules } from '#modules/registry';
import { steps } from '#steps/registry';
import {
  anything,
  choice,
  described,
  duration,
  flag,
  type JsonSchema,
  lenient,
  list,
  object,
  ref,
  schemaOf,
  text,
  whereType,
} from '#workers/editor-schema/json-schema';

export function activityDefinitions(): { [name: string]: JsonSchema } {
  const types = [...steps.keys()].sort();
  const step = [...STEP_KEYS, ...POLICY_IN_CONFIG];
  const properties = {
    ...activity(),
    if: described(text, 'A condition: the step runs where it holds.'),
    skip_if: described(text, 'A condition: the step is skipped where it holds.'),
    on_error: ref('on_error'),
    compensate: ref('compensation'),
  };
  return {
    step: { type: 'object', properties, required: ['name', 'type'], allOf: types.map((type) => whereType(type, ofType(type, step, properties))) },
    inner_step: {
      type: 'object',
      description: 'A step of a block; its name may be left out.',
      properties,
      required: ['type'],
      allOf: types.map((type) => whereType(type, ofType(type, step, properties))),
    },
    compensation: {
      type: 'object',
      description: 'How to undo the step.',
      properties: activity(),
      required: ['type'],
      allOf: types.map((type) => whereType(type, ofType(type, [...COMPENSATE_KEYS, ...POLICY_IN_CONFIG], activity()))),
    },
    ...Object.fromEntries(types.map((type) => [type, stepConfig(type)])),
    module: module(),
  };
}

function activity(): Record<string, JsonSchema> {
  return {
    name: described(text, 'How other steps, tests and the pages call it.'),
    description: text,
    type: choice(new Map([...steps].map(([type, { summary }]) => [type, summary]))),
    config: { type: ['object', 'null'] },
    timeout: duration,
    retry: ref('retry'),
    detached: described(flag, 'The object sleeps meanwhile; a consumer of the same region runs the step.'),
    idempotent: described(flag, 'The same key has its effect once; its result is given again.'),
    idempotency_key: text,
    circuit_breaker: ref('circuit_breaker'),
  };
}

/** Settings may stand beside `config` too, as older documents have them; without `config` they have to. */
function ofType(type: string, keys: readonly string[], properties: Record<string, JsonSchema>): JsonSchema {
  const { summary, config } = steps.get(type)!;
  const { properties: settings = {}, required = [] } = schemaOf(config);
  const given = Object.fromEntries([...keys, ...Object.keys(properties)].map((key) => [key, anything]));
  return {
    description: summary,
    ...object([...Object.keys(settings), ...keys], { ...given, config: { anyOf: [ref(type), { type: 'null' }] } }),
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    ...(required.length > 0 ? { if: { not: { required: ['config'] } }, then: { required } } : {}),
  };
}

function stepConfig(type: string): JsonSchema {
  const step = steps.get(type)!;
  const schema = lenient(schemaOf(step.config));
  const policy = Object.fromEntries(POLICY_IN_CONFIG.filter((key) => !(key in (schema.properties ?? {}))).map((key) => [key, anything]));
  return { description: step.summary, ...schema, properties: { ...schema.properties, ...policy } };
}

function module(): JsonSchema {
  const types = new Map([
    ...[...modules].map(([type, { summary }]): [string, string] => [type, summary]),
    ...[...steps].map(([type, { summary }]): [string, string] => [type, summary]),
  ]);
  return {
    ...object(
      MODULE_KEYS,
      {
        name: described(text, 'How steps, routes and other modules call it.'),
        type: choice(types),
        config: { type: ['object', 'null'] },
        dependsOn: list(text, { description: 'Modules that it leans on.' }),
        description: text,
      },
      { required: ['name', 'type'] },
    ),
    allOf: [...modules].map(([type, { summary, config }]) =>
      whereType(type, { description: summary, properties: { config: { description: summary, ...lenient(schemaOf(config)) } } }),
    ),
  };
}
