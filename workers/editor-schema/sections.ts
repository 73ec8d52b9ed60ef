/** The sections of the older generation, `workflows` and `triggers`, and the trigger of a pipeline. */
import {
  ACTOR_POOL_KEYS,
  ACTORS_KEYS,
  ADAPTER_KEYS,
  EVENT_SECTION_KEYS,
  EVENT_TRIGGER_KEYS,
  HOOK_KEYS,
  HTTP_KEYS,
  INTEGRATION_CONFIG_KEYS,
  INTEGRATION_CONNECTOR_KEYS,
  INTEGRATION_KEYS,
  INTEGRATION_STEP_KEYS,
  JOB_KEYS,
  MACHINE_KEYS,
  MACHINE_SECTION_KEYS,
  MACHINE_STATE_KEYS,
  MACHINE_TRANSITION_KEYS,
  MESSAGING_KEYS,
  METHODS,
  PATTERN_HANDLER_KEYS,
  PATTERN_KEYS,
  PRODUCER_KEYS,
  RECEIVE_KEYS,
  RESOURCE_MAPPING_KEYS,
  ROUTE_KEYS,
  SCHEDULER_KEYS,
  SUBSCRIPTION_KEYS,
  TRIGGER_ROUTE_KEYS,
  TRIGGERS,
} from '#language/dialect';
import { choice, described, flag, type JsonSchema, list, named, object, ref, text, whereType } from '#workers/editor-schema/json-schema';

const texts: JsonSchema = { anyOf: [text, list(text)] };
const free: JsonSchema = { type: 'object' };
const module = described(text, 'Name of a module.');
const target = described(text, 'Name of a module or a pipeline.');
const topic = described(text, 'Words with dots between them; a last * is any rest.');
const path = described(text, 'A path such as /orders/{id}; /files/{rest...} takes the rest.');
const steps = list(ref('step'), { minItems: 1 });
const method: JsonSchema = { anyOf: [verb(), list(verb())], description: 'GET, POST, …; * is any.' };
const overlap: JsonSchema = { enum: ['allow', 'skip', 'cancel_previous'], description: 'What happens while the run before has not ended.' };
const catchUp: JsonSchema = { enum: ['none', 'last', 'all'], description: 'Which of the times that were missed are made up for.' };

/** In capitals or not; `any` is every method. */
function verb(): JsonSchema {
  return {
    type: 'string',
    pattern: `^(?:${[...METHODS.filter((each) => each !== '*'), 'ANY'].flatMap((each) => [each, each.toLowerCase()]).join('|')}|\\*|[A-Z][a-z]+)$`,
  };
}

const TIMES: Record<string, JsonSchema> = {
  cron: described(text, 'Minute, hour, day, month, weekday; with six fields seconds first. Or @hourly and its like.'),
  timezone: described(text, 'A name of the IANA list; UTC when absent.'),
  overlap,
  catch_up: catchUp,
  enabled: flag,
  params: described(free, 'Data of the execution, beside the times.'),
};

export function workflowSections(): Record<string, JsonSchema> {
  return {
    http: object(HTTP_KEYS, { routes: list(route()), server: module, router: module, middlewares: texts }, { description: 'Routes, and what answers them.' }),
    messaging: object(
      MESSAGING_KEYS,
      {
        broker: module,
        subscriptions: list(object(SUBSCRIPTION_KEYS, { topic, topics: list(topic), handler: target, pipeline: target, filter: text, event: text })),
        producers: list(object(PRODUCER_KEYS, { name: module, forwardTo: texts, forward_to: texts }, { required: ['name'] })),
      },
      { description: 'Who is subscribed to which topics, and who publishes.' },
    ),
    statemachine: object(
      MACHINE_SECTION_KEYS,
      { engine: module, definitions: list(machine()), hooks: list(hook()), resourceMappings: list(object(RESOURCE_MAPPING_KEYS, {})), description: text },
      { description: 'State machines: states, transitions with guards, hooks that may veto.' },
    ),
    scheduler: jobs('What runs by time.'),
    event: object(
      EVENT_SECTION_KEYS,
      {
        processor: module,
        patterns: list(
          object(
            PATTERN_KEYS,
            { patternId: text, eventTypes: list(text), condition: { enum: ['count', 'sequence'] } },
            { required: ['patternId', 'eventTypes'] },
          ),
        ),
        handlers: list(object(PATTERN_HANDLER_KEYS, { patternId: text, handler: target }, { required: ['patternId', 'handler'] })),
        adapters: list(object(ADAPTER_KEYS, { broker: module, topics: list(topic) })),
      },
      { description: 'Several events that mean something together.' },
    ),
    integration: object(
      INTEGRATION_KEYS,
      {
        registry: module,
        connectors: list(
          object(INTEGRATION_CONNECTOR_KEYS, { name: text, type: text, config: object(INTEGRATION_CONFIG_KEYS, {}) }, { required: ['name', 'type'] }),
        ),
        steps: list(object(INTEGRATION_STEP_KEYS, { name: text, connector: text, action: text, input: free }, { required: ['name', 'connector'] })),
      },
      { description: 'Services, and calls of them in order.' },
    ),
    actors: object(
      ACTORS_KEYS,
      {
        pools: named(
          object(ACTOR_POOL_KEYS, { receive: named(object(RECEIVE_KEYS, { steps, description: text }, { required: ['steps'] })), description: text }),
        ),
      },
      { description: 'What actors do with the messages that they get.' },
    ),
  };
}

export function triggerSections(): Record<string, JsonSchema> {
  const routes = list(
    object(TRIGGER_ROUTE_KEYS, { method, path, workflow: text, action: text, pipeline: target, middlewares: texts, params: free }, { required: ['path'] }),
  );
  return {
    http: object(HTTP_KEYS, { routes, server: module, router: module }),
    event: object(['subscriptions', 'broker'], {
      broker: module,
      subscriptions: list(object(EVENT_TRIGGER_KEYS, { topic, topics: list(topic), workflow: text, action: text, pipeline: target, params: free })),
    }),
    schedule: jobs('What starts workflows by time.'),
  };
}

function jobs(description: string): JsonSchema {
  const job = object(JOB_KEYS, { name: text, scheduler: module, job: target, handler: target, pipeline: target, workflow: text, action: text, ...TIMES });
  return object(SCHEDULER_KEYS, { jobs: list(job), scheduler: module }, { description });
}

function route(): JsonSchema {
  return object(
    ROUTE_KEYS,
    {
      method,
      path,
      handler: target,
      middlewares: { ...texts, description: 'Modules in front of the route, in order.' },
      steps,
      pipeline: { anyOf: [text, object(['steps', 'name'], { name: text, steps })] },
    },
    { required: ['path'] },
  );
}

function machine(): JsonSchema {
  const state = { anyOf: [{ type: 'null' }, object(MACHINE_STATE_KEYS, { description: text, isFinal: flag, isError: flag, data: free })] };
  const transition = object(
    MACHINE_TRANSITION_KEYS,
    {
      description: text,
      fromState: texts,
      toState: text,
      condition: described(text, 'The guard: it sees data, state and transition.'),
      autoTransform: described(flag, 'The machine takes it by itself.'),
      data: free,
    },
    { required: ['fromState', 'toState'] },
  );
  return object(
    MACHINE_KEYS,
    { name: text, description: text, initialState: text, states: named(state), transitions: named(transition) },
    { required: ['name', 'states'] },
  );
}

function hook(): JsonSchema {
  return object(HOOK_KEYS, {
    workflowType: text,
    transitions: texts,
    fromStates: texts,
    toStates: texts,
    handler: target,
    pipeline: target,
    description: text,
  });
}

const SUMMARIES: { [type: string]: string } = {
  http: 'At a request of the application’s own address.',
  webhook: 'At a request whose signature is checked.',
  event: 'At an event of the bus.',
  eventbus: 'At an event of the bus.',
  schedule: 'By time.',
  cron: 'By time.',
  manual: 'By the API, another pipeline or a module.',
  workflow: 'By another workflow.',
};

/** A type alone, or a type with settings, which stand under `config` or beside it. */
export function triggerDefinition(): JsonSchema {
  const types = choice(new Map(Object.keys(TRIGGERS).map((type) => [type, SUMMARIES[type] ?? type])));
  const known: Record<string, JsonSchema> = { path, method, topic: texts, topics: texts, ...TIMES };
  const ofType = ([type, { keys }]: [string, { keys: readonly string[] }]): JsonSchema => {
    const settings = Object.fromEntries(Object.entries(known).filter(([key]) => keys.includes(key)));
    return whereType(type, object(['type', ...keys], { ...settings, config: object(keys, settings) }));
  };
  return {
    anyOf: [types, { type: 'object', properties: { type: types }, required: ['type'], allOf: Object.entries(TRIGGERS).map(ofType) }],
    description: 'What starts the pipeline.',
  };
}
