/** A state machine with its instances, held in memory and run by the engine's own rules: for the pages. */
import type { Machine, MachineEntry, MachineSnapshot } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import { decideMove, fold, instanceView, ownMove } from '#engine/machine';

const via = (from: string[], to: string, more: Partial<Machine['transitions'][string]> = {}) => ({ from, to, auto: false, ...more });

const ORDER: Machine = {
  name: 'order',
  description: 'From new to delivered, or cancelled on the way',
  engine: 'order-engine',
  initial: 'new',
  states: {
    new: { final: false, error: false, description: 'Placed and not yet paid' },
    paid: { final: false, error: false },
    packed: { final: false, error: false },
    shipped: { final: false, error: false },
    delivered: { final: true, error: false },
    cancelled: { final: true, error: true },
  },
  transitions: {
    pay: via(['new'], 'paid', { condition: 'data.amount >= data.total' }),
    pack: via(['paid'], 'packed', { auto: true, condition: 'data.in_stock' }),
    restocked: via(['paid'], 'packed'),
    ship: via(['packed'], 'shipped'),
    deliver: via(['shipped'], 'delivered'),
    cancel: via(['new', 'paid', 'packed'], 'cancelled'),
  },
  hooks: [{ transitions: ['ship'], handler: 'check-address', pipeline: 'check-address' }],
};

/** The two guards of the machine above. */
const test = (condition: string, context: Record<string, unknown>) => ({
  kind: 'value' as const,
  value: condition === 'data.in_stock' ? context.in_stock === true : Number(context.amount) >= Number(context.total),
});

export class FixtureMachines {
  readonly #instances = new Map<string, MachineEntry[]>();

  constructor(now: number) {
    const at = (minutes: number) => now - minutes * 60_000;
    this.#instances.set('o-1001', [
      { kind: 'created', to: 'new', data: { total: 40, in_stock: false, customer: 'cust_789' }, at: at(90), by: 'key:key_1' },
      { kind: 'moved', transition: 'pay', from: 'new', to: 'paid', data: { amount: 40 }, at: at(60), by: 'key:key_1' },
      { kind: 'moved', transition: 'restocked', from: 'paid', to: 'packed', data: {}, at: at(10), by: 'user:operator' },
    ]);
    for (let n = 1002; n < 1012; n++) this.#instances.set(`o-${n}`, [{ kind: 'created', to: 'new', data: { total: n }, at: at(n - 1000), by: 'key:key_1' }]);
  }

  async answer(request: Request, url: URL, rest: string): Promise<Response> {
    const [, workflow, machine, part, id, action] = rest.split('/').map(decodeURIComponent);
    if (url.searchParams.get('environment') === 'empty') return Response.json({ items: [], next_cursor: null });
    if (workflow === undefined) return Response.json({ items: [this.#summary()], next_cursor: null });
    if (workflow !== 'order-lifecycle' || machine !== 'order') throw new Problem('unknown_machine');
    if (part === undefined) return Response.json({ ...this.#head(), ...ORDER, states: this.#states() });
    if (id === undefined) return request.method === 'POST' ? this.#create(await request.json()) : this.#list(url);
    const entries = this.#instances.get(id);
    if (!entries) throw new Problem('unknown_instance', `order has no instance ${id}.`);
    if (action === 'history') {
      const from = Number(url.searchParams.get('from') ?? 1);
      const items = entries.map((entry, index) => ({ seq: index + 1, ...entry, at: new Date(entry.at).toISOString() })).slice(from - 1);
      return Response.json({ items, next_cursor: null });
    }
    if (action === 'transition') return this.#move(id, entries, await request.json());
    return Response.json(instanceView(ORDER, id, folded(entries)));
  }

  #head() {
    return { workflow: 'order-lifecycle', environment: 'production', version: 3 };
  }

  #summary() {
    const counts = Object.fromEntries(
      Object.entries(this.#states())
        .map(([name, { count }]) => [name, count] as const)
        .filter(([, count]) => count > 0),
    );
    return {
      ...this.#head(),
      name: 'order',
      description: ORDER.description,
      initial: 'new',
      states: 6,
      transitions: 6,
      instances: this.#instances.size,
      counts,
    };
  }

  #states() {
    const states = [...this.#instances.values()].map((entries) => folded(entries).state);
    return Object.fromEntries(Object.entries(ORDER.states).map(([name, state]) => [name, { ...state, count: states.filter((each) => each === name).length }]));
  }

  #list(url: URL): Response {
    const rows = [...this.#instances].map(([id, entries]) => {
      const { state, previous_state, seq, created_at, updated_at } = folded(entries);
      return { id, state, previous_state, seq, created_at: new Date(created_at).toISOString(), updated_at: new Date(updated_at).toISOString() };
    });
    const wanted = url.searchParams.get('state');
    return Response.json({ items: rows.filter((row) => wanted === null || row.state === wanted), next_cursor: null });
  }

  #create(body: { id?: string; data: Record<string, never> }): Response {
    const id = body.id ?? 'sm_new';
    if (this.#instances.has(id)) throw new Problem('instance_exists', `order already has an instance ${id}; it is in new.`);
    this.#instances.set(id, [{ kind: 'created', to: 'new', data: body.data, at: Date.now(), by: 'user:operator' }]);
    return Response.json({ id }, { status: 201 });
  }

  #move(id: string, entries: MachineEntry[], body: { transition: string; data: Record<string, never> }): Response {
    const decision = decideMove(ORDER, folded(entries), body.transition, body.data, test);
    if (!decision.ok) throw new Problem(decision.code, decision.message, { extra: { state: decision.state } });
    if (body.transition === 'ship' && !('street' in body.data))
      throw new Problem('transition_vetoed', 'check-address refused ship: street is missing', { extra: { state: 'packed', hook_execution: 'exec_hook' } });
    entries.push({ kind: 'moved', ...decision.step, at: Date.now(), by: 'user:operator' });
    const own = ownMove(ORDER, folded(entries), test);
    if (own) entries.push({ kind: 'moved', ...own, at: Date.now(), by: 'user:operator', auto: true });
    return Response.json({ id, state: folded(entries).state });
  }
}

function folded(entries: MachineEntry[]): MachineSnapshot {
  let snapshot: MachineSnapshot | undefined;
  for (const entry of entries) snapshot = fold(snapshot, entry);
  return snapshot!;
}
