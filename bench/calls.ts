/**
 * The work that every contestant does, in one place, so that all do the same: which calls a workload makes to the
 * counterpart, and what a client sends and expects.
 */

export type WorkloadName = 'W1' | 'W2' | 'W3';

export interface Call {
  path: string;
  /** The counterpart answers 422 to it: a failure that trying again does not cure. */
  refused?: boolean;
}

export interface Workload {
  name: WorkloadName;
  title: string;
  /** Forward calls, one after the other. */
  calls: Call[];
  /** Calls that undo, in order, after the refused one. */
  compensations: Call[];
  /** Status with which the product answers; the bare object and the comparison always answer 200. */
  productStatus: number;
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'W1', title: 'five pure steps, answered in the same request', calls: [], compensations: [], productStatus: 200 },
  {
    name: 'W2',
    title: 'five steps, three of them HTTP calls',
    calls: [{ path: '/inventory' }, { path: '/payment' }, { path: '/shipping' }],
    compensations: [],
    productStatus: 200,
  },
  {
    name: 'W3',
    title: 'saga: three HTTP calls, the third is refused, two compensations',
    calls: [{ path: '/flight/book' }, { path: '/hotel/book' }, { path: '/car/refuse', refused: true }],
    compensations: [{ path: '/hotel/cancel' }, { path: '/flight/cancel' }],
    productStatus: 500,
  },
];

/** What a client sends. */
export const ORDER = {
  order_id: 'order-000123',
  customer_id: 'customer-789',
  product_id: 'SKU-001',
  quantity: 3,
  note: 'A typical small body: a handful of fields and one line of text.',
};

/** Makes one call and answers the parsed body. Throws an Error for any status that is not 2xx. */
export async function call(origin: string, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return answer;
}

/** The five pure steps, as a person would write them by hand: read, set, check, transform, answer. */
export const PURE_STEPS = {
  parse: (body: typeof ORDER) => ({ body }),
  set: (order: typeof ORDER) => ({ total: order.quantity * 12, currency: 'usd' }),
  validate(order: Partial<typeof ORDER>) {
    for (const field of ['order_id', 'customer_id', 'quantity'] as const) if (order[field] === undefined) throw new Error(`${field} is required`);
    return { valid: true };
  },
  transform: (order: typeof ORDER, total: number) => ({ id: order.order_id, customer: order.customer_id, total }),
  respond: (order: typeof ORDER, total: number) => ({ order_id: order.order_id, status: 'confirmed', total }),
};
