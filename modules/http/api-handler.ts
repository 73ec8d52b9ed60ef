/** A resource over HTTP: list, create, read, change, delete, and what a resource's own words mean. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { ModuleNotice, ModuleUse, PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';

const config = z.strictObject({
  resourceName: z
    .string()
    .regex(/^[A-Za-z_][\w-]{0,63}$/, 'letters, digits, - and _, the first a letter')
    .describe('Name of the resource, such as orders.'),
  seedFile: z.string().optional().describe('JSON file of items that exist from the start: a list of objects.'),
  workflowType: z.string().optional().describe('State machine that each item is an instance of. Default: what resourceMappings says of the resource.'),
  workflowEngine: z.string().optional().describe('Module of the type statemachine.engine. The state machine itself is found by workflowType.'),
  instanceIDPrefix: z.string().max(40).optional().describe('What ids that are made here begin with.'),
  instanceIDField: z.string().optional().describe('Field of the body that is the id of a new item. Default: the instanceIDKey of resourceMappings, or id.'),
  initialTransition: z.string().optional().describe('Transition that a new item goes through at once.'),
  sourceResourceName: z.string().optional().describe('Resource whose items are shown instead.'),
  stateFilter: z.string().optional().describe('Only items in this state are shown.'),
  persistence: z.string().optional().describe('Module of the type persistence.store. Default: the one nearby.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config> & { instanceIDField: string };

/** What the module leaves out, `resourceMappings` may say. */
function settingsOf(use: ModuleUse): Settings {
  const settings = use.settings as z.output<typeof config>;
  const mapped = use.mapping(settings.resourceName);
  const workflowType = settings.workflowType ?? mapped?.machine;
  return { ...settings, ...(workflowType === undefined ? {} : { workflowType }), instanceIDField: settings.instanceIDField ?? mapped?.id_field ?? 'id' };
}

/** Where items are kept, when no persistence.store names a database. */
const OWN_DATABASE = 'resources';

export const apiHandler = defineModule({
  type: 'api.handler',
  summary:
    'A resource over HTTP in a SQLite database of the application: GET lists and reads, POST creates, PUT and PATCH change, DELETE removes; with a state machine its items have a state.',
  config,
  ports: {
    offers: ['requests', 'messages'],
    takes: [
      { port: 'resources', by: 'persistence' },
      { port: 'machine', by: 'workflowEngine' },
    ],
  },
  files: ['seedFile'],
  notices: ({ seedFile }, files) => (typeof seedFile === 'string' ? seedFaults(seedFile, files.file(seedFile)) : []),
  lower: (use) => ({ steps: stepsOf(use), databases: { [databaseOf(use)]: tables(use) } }),
  example: `
name: orders-api
type: api.handler
config:
  resourceName: orders
  instanceIDPrefix: order-
`,
});

function databaseOf(use: ModuleUse): string {
  const settings = settingsOf(use);
  const store = settings.persistence === undefined ? use.near('persistence.store') : use.module(settings.persistence);
  const named = typeof store?.settings.database === 'string' ? use.module(store.settings.database) : undefined;
  return named?.name ?? OWN_DATABASE;
}

function resourceTable(resource: string): string {
  return `resource_${resource.replaceAll('-', '_').toLowerCase()}`;
}

/** Made once, and filled once from the seed file. */
function tables(use: ModuleUse): string[] {
  const { resourceName, sourceResourceName, seedFile, instanceIDField } = settingsOf(use);
  const names = [...new Set([sourceResourceName ?? resourceName, resourceName])];
  const made = names.map(
    (name) =>
      `CREATE TABLE IF NOT EXISTS ${resourceTable(name)} (id TEXT PRIMARY KEY, data TEXT NOT NULL, state TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL)`,
  );
  const seeds = seedFile === undefined ? [] : seedItems(use.file(seedFile), instanceIDField);
  const inserts = seeds.map(
    ({ id, data, state }) =>
      `INSERT OR IGNORE INTO ${resourceTable(resourceName)} (id, data, state, created_at, updated_at) VALUES (${quoted(id)}, ${quoted(JSON.stringify(data))}, ${state === undefined ? 'NULL' : quoted(state)}, ${NOW}, ${NOW})`,
  );
  return [...made, ...inserts];
}

const MAX_SEEDS = 500;
/** Written as the times of items that are made by requests are: ISO 8601 with milliseconds. */
const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

function seedItems(text: string | undefined, idField: string): { id: string; data: object; state?: string }[] {
  return (seedList(text ?? '[]') ?? []).slice(0, MAX_SEEDS).flatMap((item: unknown, index: number) => {
    if (typeof item !== 'object' || item === null) return [];
    const { data, state, ...fields } = item as { data?: unknown; state?: unknown; [key: string]: unknown };
    const id = String(fields[idField] ?? fields.id ?? index + 1);
    const content = typeof data === 'object' && data !== null ? data : { ...fields, ...(state === undefined ? {} : { state }) };
    return [{ id, data: content, ...(typeof state === 'string' ? { state } : {}) }];
  });
}

/** A list, or the first list in an object; `undefined` when there is none. */
function seedList(text: string): unknown[] | undefined {
  try {
    const items: unknown = JSON.parse(text);
    return Array.isArray(items) ? items : Object.values(items ?? {}).find(Array.isArray);
  } catch {
    return undefined;
  }
}

/** A seed file that is not read whole is a mistake of the document: nobody would look for the items that are missing. */
function seedFaults(path: string, text: string | undefined): ModuleNotice[] {
  if (text === undefined) return [];
  const list = seedList(text);
  if (!list)
    return [{ severity: 'error', setting: 'seedFile', message: `"${path}" is not JSON with a list of items.`, hint: 'Write [{"id": "1", "name": "first"}].' }];
  if (list.length <= MAX_SEEDS) return [];
  const hint = `Create the others with POST once it is deployed.`;
  return [{ severity: 'error', setting: 'seedFile', message: `"${path}" has ${list.length} items; a seed file may have ${MAX_SEEDS}.`, hint }];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function stepsOf(use: ModuleUse): PlainStep[] {
  const settings = settingsOf(use);
  const base = { database: databaseOf(use), resource: settings.sourceResourceName ?? settings.resourceName };
  const narrowed: JsonObject = settings.stateFilter === undefined ? {} : { state: settings.stateFilter };
  const answer = (status: number, from: string): PlainStep => ({ name: 'answer', type: 'step.json_response', config: { status, body_from: from } });
  if (use.by === 'message') {
    return [{ name: 'create', type: 'step.resource', config: { ...base, operation: 'create', data: { _from: 'trigger.data' } } }];
  }
  const { method, path } = use.route!;
  const segments = path.split('/').filter((part) => part !== '');
  const at = segments.findLastIndex((part) => part.startsWith('{'));
  const id = at < 0 ? undefined : `{{ index .trigger.path_params "${segments[at]!.replace(/[{}.]/g, '')}" }}`;
  const action = segments.slice(at + 1);
  if (id === undefined) {
    if (method === 'POST') return [...created(use, base), answer(201, 'steps.item')];
    if (segments.at(-1) === 'health' || segments.at(-1) === 'stats')
      return [{ name: 'item', type: 'step.resource', config: { ...base, ...narrowed, operation: 'count' } }, answer(200, 'steps.item')];
    return [
      { name: 'items', type: 'step.resource', config: { ...base, ...narrowed, operation: 'list', filter: { _from: 'trigger.query' } } },
      answer(200, 'steps.items.items'),
    ];
  }
  if (action.length > 0) return acted(use, base, id, method, action.join('_').replaceAll('-', '_'), answer);
  switch (method) {
    case 'GET':
      return [...read(use, base, id), answer(200, 'steps.item')];
    case 'PUT':
    case 'PATCH':
      return [
        { name: 'item', type: 'step.resource', config: { ...base, operation: method === 'PUT' ? 'replace' : 'merge', id, data: { _from: 'trigger.body' } } },
        answer(200, 'steps.item'),
      ];
    case 'DELETE':
      return [
        { name: 'item', type: 'step.resource', config: { ...base, operation: 'delete', id } },
        { name: 'answer', type: 'step.json_response', config: { status: 204 } },
      ];
    default:
      return [...created(use, base, id), answer(201, 'steps.item')];
  }
}

/** Transitions of the item's state machine; `undefined` when it has none. */
function machineOf(use: ModuleUse): readonly string[] | undefined {
  const { workflowType } = settingsOf(use);
  return workflowType === undefined || !use.step('step.statemachine_transition') ? undefined : use.machine(workflowType);
}

/** The item as it is now: what its state machine did by itself meanwhile counts. */
function read(use: ModuleUse, base: { database: string; resource: string }, id: string): PlainStep[] {
  const { workflowType } = settingsOf(use);
  if (!machineOf(use)) return [{ name: 'item', type: 'step.resource', config: { ...base, operation: 'get', id } }];
  return [
    { name: 'instance', type: 'step.statemachine_get', config: { statemachine: workflowType!, entity_id: id, fail_on_missing: false } },
    { name: 'item', type: 'step.resource', config: { ...base, operation: 'get', id, state: '{{ .steps.instance.state }}' } },
  ];
}

/** A new item; an instance of its state machine too, which then goes through what the request sets going. */
function created(use: ModuleUse, base: { database: string; resource: string }, id?: string): PlainStep[] {
  const { instanceIDPrefix, instanceIDField, workflowType, initialTransition } = settingsOf(use);
  const identity: JsonObject = id === undefined ? {} : { id };
  const create: PlainStep = {
    name: 'create',
    type: 'step.resource',
    config: {
      ...base,
      operation: 'create',
      ...identity,
      id_field: instanceIDField,
      ...(instanceIDPrefix ? { id_prefix: instanceIDPrefix } : {}),
      data: { _from: 'trigger.body' },
    },
  };
  const machine = machineOf(use);
  const wanted = [initialTransition, ...use.actions.filter((each) => each.workflow === workflowType).map((each) => each.action)];
  const transitions = wanted.filter((each): each is string => each !== undefined && machine?.includes(each) === true);
  const instance = machine ? newInstance(workflowType!, transitions, '{{ .steps.create.id }}', { _from: 'steps.create.data' }) : [];
  const last = instance.at(-1);
  const kept: PlainStep = last
    ? {
        name: 'item',
        type: 'step.resource',
        config: { ...base, operation: 'state', id: '{{ .steps.create.id }}', state: `{{ index .steps "${last.name}" "state" }}` },
      }
    : { name: 'item', type: 'step.resource', config: { ...base, operation: 'get', id: '{{ .steps.create.id }}' } };
  return [create, ...instance, kept, ...forwardSteps(use, 'steps.item')];
}

/** `POST …/{id}/assign`: a transition of that name, where the state machine has one; else a note on the item. */
function acted(
  use: ModuleUse,
  base: { database: string; resource: string },
  id: string,
  method: string,
  action: string,
  answer: (status: number, from: string) => PlainStep,
): PlainStep[] {
  const { workflowType } = settingsOf(use);
  const machine = machineOf(use);
  if (method === 'GET') return [...read(use, base, id), answer(200, 'steps.item')];
  if (machine) {
    const named = action === 'transition' ? '{{ .trigger.body.transition }}' : transitionFor(action, machine);
    if (named !== undefined) {
      const data = action === 'transition' ? { _from: 'trigger.body.data' } : { _from: 'trigger.body' };
      return [
        { name: 'found', type: 'step.resource', config: { ...base, operation: 'get', id } },
        { name: 'transition', type: 'step.statemachine_transition', config: { statemachine: workflowType!, entity_id: id, event: named, data } },
        { name: 'item', type: 'step.resource', config: { ...base, operation: 'state', id, state: '{{ .steps.transition.state }}' } },
        answer(200, 'steps.item'),
      ];
    }
  }
  return [
    { name: 'item', type: 'step.resource', config: { ...base, operation: 'note', id, note: action, data: { _from: 'trigger.body' } } },
    answer(200, 'steps.item'),
  ];
}

/** The transition that an action's word means: `assign` is `assign`, or the one whose name has the word. */
function transitionFor(action: string, transitions: readonly string[]): string | undefined {
  const bare = action.replaceAll('_', '');
  return (
    transitions.find((each) => each === action) ??
    transitions.find((each) => each.replaceAll('_', '').startsWith(bare)) ??
    transitions.find((each) => each.replaceAll('_', '').includes(bare))
  );
}

/**
 * The instance of a new item, and its way through transitions; the last step has its state. A transition that is refused
 * leaves the item where it is: it exists all the same.
 */
function newInstance(machine: string, transitions: readonly string[], id: string, data: JsonObject): PlainStep[] {
  const instance = { statemachine: machine, entity_id: id };
  return [
    { name: 'instance', type: 'step.statemachine_create', config: { ...instance, data } },
    ...transitions.map((event, index) => ({
      name: index === 0 ? 'transition' : `transition-${index + 1}`,
      type: 'step.statemachine_transition',
      config: { ...instance, event, data: {}, fail_on_error: false },
    })),
  ];
}
