/** State machines of deployed workflows: their rules, their instances, and moving them by hand. */
import type { z } from 'zod';
import {
  createInstanceRequest,
  machineHistoryPage,
  machineHistoryQuery,
  machineInstancePage,
  machineInstanceSchema,
  machineInstancesQuery,
  machinePage,
  machineQuery,
  machineSchema,
  type machineSummarySchema,
  machinesQuery,
  movedSchema,
  transitionRequest,
} from '#contracts/api-machines';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import type { Machine, MachineAddress, MachineAnswer, MachineApplication, MachineRpc } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { MachineCount } from '#storage/machine-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { checkInstanceId, machineObject, machineOf, moved, type RunningApplication, runningApplication } from '#workers/machines/objects';

const TAG = 'State machines';
const MACHINES_CURSOR = 'machines';
const HISTORY_CURSOR = 'machine-history';
const KEY_HEADER = { 'Idempotency-Key': 'As `idempotency_key` of the body: a repeated request is the same transition' };
const MACHINE_PROBLEMS = ['not_deployed', 'unknown_machine'] as const;
const INSTANCE_PROBLEMS = [...MACHINE_PROBLEMS, 'invalid_id', 'unknown_instance'] as const;
const MOVE_PROBLEMS = [
  ...INSTANCE_PROBLEMS,
  'unknown_transition',
  'wrong_state',
  'state_changed',
  'guard_refused',
  'transition_vetoed',
  'transition_in_progress',
  'key_reused',
  'data_too_large',
] as const;

const list = endpoint({
  route: 'GET /machines',
  tag: TAG,
  summary: 'List the state machines of what is deployed',
  description: 'By workflow and name, with the number of instances in each state. The counts follow the instances within moments.',
  query: machinesQuery,
  answer: machinePage,
  answers: { 200: { description: 'A page', schema: machinePage } },
  problems: ['not_deployed', 'invalid_cursor'],
  async handle(call) {
    const { environment, workflow, limit = LIMITS.listDefault, cursor } = call.query;
    const after = cursor === undefined ? '' : decodeCursor(MACHINES_CURSOR, ['string'], cursor)[0];
    const found: { place: string; machine: Machine; running: RunningApplication; workflow: string }[] = [];
    for (const name of await workflowsOf(call, environment, workflow)) {
      // What comes before the cursor need not be read.
      if (found.length > limit || `${name}\u0001` < after) continue;
      const running = await runningApplication(call.env, call.tenant, name, environment);
      for (const machine of Object.values(running.definition.machines ?? {}).sort(byName)) {
        const place = `${name}\u0000${machine.name}`;
        if (place > after) found.push({ place, machine, running, workflow: name });
      }
    }
    const { items, next_cursor } = pageOf(found.slice(0, limit + 1), limit, ({ place }) => encodeCursor(MACHINES_CURSOR, [place]));
    const counted = new Map<string, MachineCount[]>();
    for (const name of new Set(items.map((item) => item.workflow))) counted.set(name, await call.stores.machines.counts(call.tenant, environment, name));
    return { body: { items: items.map((item) => summaryOf(environment, item, counted.get(item.workflow)!)), next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /machines/{workflow}/{machine}',
  tag: TAG,
  summary: 'Read the rules of a state machine',
  description: 'States with the number of their instances, transitions with their guards, hooks. `{machine}` is its name, or that of its engine.',
  query: machineQuery,
  answer: machineSchema,
  answers: { 200: { description: 'The machine', schema: machineSchema } },
  problems: [...MACHINE_PROBLEMS],
  async handle(call) {
    const { environment } = call.query;
    const { machine, application, workflow } = await machineCalled(call, environment);
    const counts = await call.stores.machines.counts(call.tenant, environment, workflow);
    const { states, ...rest } = machine;
    const counted = Object.entries(states).map(([name, state]) => [name, { ...state, count: countOf(counts, machine.name, name) }]);
    return { body: { workflow, environment, version: application.version, ...rest, states: Object.fromEntries(counted) } };
  },
});

const instances = endpoint({
  route: 'GET /machines/{workflow}/{machine}/instances',
  weight: 'medium',
  tag: TAG,
  summary: 'List the instances of a state machine',
  description: 'Newest first, from the index, which follows the instances within moments.',
  query: machineInstancesQuery,
  answer: machineInstancePage,
  answers: { 200: { description: 'A page', schema: machineInstancePage } },
  problems: [...MACHINE_PROBLEMS, 'invalid_cursor'],
  async handle(call) {
    const { environment, state, limit = LIMITS.listDefault, cursor } = call.query;
    const { machine, workflow } = await machineCalled(call, environment);
    const page = await call.stores.machines.list(call.tenant, {
      environment,
      workflow,
      machine: machine.name,
      limit,
      ...(state === undefined ? {} : { state }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const items = page.items.map(({ id, state, previous_state, seq, created_at, updated_at }) => ({
      id,
      state,
      ...(previous_state === undefined ? {} : { previous_state }),
      seq,
      created_at: instant(created_at),
      updated_at: instant(updated_at),
    }));
    return { body: { items, next_cursor: page.next_cursor } };
  },
});

const create = endpoint({
  route: 'POST /machines/{workflow}/{machine}/instances',
  weight: 'start',
  tag: TAG,
  summary: 'Make an instance',
  query: machineQuery,
  headers: KEY_HEADER,
  body: createInstanceRequest,
  answer: movedSchema,
  answers: {
    201: { description: 'The instance, after what it did by itself', schema: movedSchema },
    200: { description: 'Made before under the same key', schema: movedSchema },
  },
  problems: [...MOVE_PROBLEMS, 'instance_exists'],
  async handle(call) {
    const { id = newId('sm'), data, transition, idempotency_key } = call.body;
    const { object, address, application } = await instanceCalled(call, call.query.environment, id);
    const answer = await object.create(address, {
      application,
      by: call.actor.by,
      data,
      ...(transition === undefined ? {} : { transition }),
      ...keyOf(call.request, idempotency_key),
    });
    const body = movedView(answer);
    return { body, status: body.reused ? 200 : 201 };
  },
});

const read = endpoint({
  route: 'GET /machines/{workflow}/{machine}/instances/{instance}',
  tag: TAG,
  summary: 'Read an instance',
  description: 'From its object: always as it is now.',
  query: machineQuery,
  answer: machineInstanceSchema,
  answers: { 200: { description: 'The instance', schema: machineInstanceSchema } },
  problems: [...INSTANCE_PROBLEMS],
  async handle(call) {
    const { object, address, application } = await instanceCalled(call, call.query.environment);
    const instance = await object.read(address, application);
    if (!instance) throw unknownInstance(address);
    return { body: instance };
  },
});

const history = endpoint({
  route: 'GET /machines/{workflow}/{machine}/instances/{instance}/history',
  tag: TAG,
  summary: 'Read the history of an instance',
  query: machineHistoryQuery,
  answer: machineHistoryPage,
  answers: { 200: { description: 'In order', schema: machineHistoryPage } },
  problems: [...INSTANCE_PROBLEMS, 'invalid_cursor'],
  async handle(call) {
    const { environment, from, limit = LIMITS.listDefault, cursor } = call.query;
    const start = cursor === undefined ? from : decodeCursor(HISTORY_CURSOR, ['number'], cursor)[0];
    const { object, address } = await instanceCalled(call, environment);
    const page = await object.history(address, { limit, ...(start === undefined ? {} : { from: start }) });
    if (!page) throw unknownInstance(address);
    return { body: { items: page.items, next_cursor: page.next === null ? null : encodeCursor(HISTORY_CURSOR, [page.next]) } };
  },
});

const transition = endpoint({
  route: 'PUT /machines/{workflow}/{machine}/instances/{instance}/transition',
  weight: 'start',
  tag: TAG,
  summary: 'Move an instance',
  description: 'Guards and hooks hold as for everybody. With an `Idempotency-Key`, or `idempotency_key`, a repeated request is the same transition.',
  query: machineQuery,
  headers: KEY_HEADER,
  body: transitionRequest,
  answer: movedSchema,
  answers: { 200: { description: 'How the instance is now', schema: movedSchema } },
  problems: [...MOVE_PROBLEMS],
  async handle(call) {
    const { idempotency_key, ...order } = call.body;
    const { object, address, application } = await instanceCalled(call, call.query.environment);
    const answer = await object.move(address, { application, by: call.actor.by, ...order, ...keyOf(call.request, idempotency_key) });
    return { body: movedView(answer) };
  },
});

export const machineEndpoints: AnyEndpoint[] = [list, get, instances, create, read, history, transition];

async function machineCalled(call: Call, environment: string) {
  const workflow = call.params.workflow!;
  const { application, definition } = await runningApplication(call.env, call.tenant, workflow, environment);
  return { application, machine: machineOf(definition, call.params.machine!), workflow };
}

async function instanceCalled(
  call: Call,
  environment: string,
  id = call.params.instance!,
): Promise<{ object: MachineRpc; address: MachineAddress; application: MachineApplication }> {
  const { machine, application, workflow } = await machineCalled(call, environment);
  const address = { tenant: call.tenant, workflow, environment, machine: machine.name, id: checkInstanceId(id) };
  return { object: machineObject(call.env, address), address, application };
}

async function workflowsOf(call: Call, environment: string, workflow: string | undefined): Promise<string[]> {
  if (workflow !== undefined) {
    await call.access.inWorkflowNamed(workflow, unknownWorkflow(workflow));
    return [workflow];
  }
  return (await call.access.among(await call.stores.deployments.list(call.tenant, environment))).map((deployment) => deployment.workflow).sort();
}

function keyOf(request: Request, given: string | undefined): { key?: string } {
  const key = given ?? request.headers.get('idempotency-key') ?? undefined;
  if (key !== undefined && (key.length === 0 || key.length > LIMITS.idempotencyKey))
    throw new Problem('invalid_request', `An idempotency key has 1 to ${LIMITS.idempotencyKey} characters.`);
  // Apart from the keys of executions, which move the same instances.
  return key === undefined ? {} : { key: `api/${key}` };
}

function movedView(answer: MachineAnswer): z.input<typeof movedSchema> {
  const { ok: _ok, instance, ...rest } = moved(answer);
  return { id: instance.id, state: instance.state, ...rest, instance };
}

function unknownInstance({ machine, id }: MachineAddress): Problem {
  return new Problem('unknown_instance', `${machine} has no instance ${id}.`);
}

function byName(left: Machine, right: Machine): number {
  return left.name < right.name ? -1 : 1;
}

function countOf(counts: readonly MachineCount[], machine: string, state: string): number {
  return counts.find((each) => each.machine === machine && each.state === state)?.count ?? 0;
}

function summaryOf(
  environment: string,
  { machine, running, workflow }: { machine: Machine; running: RunningApplication; workflow: string },
  counted: readonly MachineCount[],
): z.input<typeof machineSummarySchema> {
  const own = counted.filter((each) => each.machine === machine.name);
  return {
    workflow,
    name: machine.name,
    ...(machine.description === undefined ? {} : { description: machine.description }),
    ...(machine.engine === undefined ? {} : { engine: machine.engine }),
    environment,
    version: running.application.version,
    initial: machine.initial,
    states: Object.keys(machine.states).length,
    transitions: Object.keys(machine.transitions).length,
    instances: own.reduce((sum, { count }) => sum + count, 0),
    counts: Object.fromEntries(own.map(({ state, count }) => [state, count])),
  };
}
