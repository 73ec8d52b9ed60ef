/**
 * What each service does: a table from method and path to an action and its answer.
 *
 * An answer is computed once, when the effect is entered in the ledger; a second call under the same
 * key gets that first answer.
 */
export type Fields = { [key: string]: unknown };

export interface Action {
  service: string;
  action: string;
  method: string;
  /** `{id}` stands for one segment. */
  path: string;
  /** Status of a first answer. */
  status: number;
  answer(request: { body: Fields; id: string; newId(prefix: string): string; now: number }): Fields;
}

/** Price of one piece in cents; three of them are the 89.97 of the product document. */
const PIECE_CENTS = 2999;
const RESERVATION_MS = 15 * 60_000;

export const ACTIONS: readonly Action[] = [
  {
    service: 'inventory-service',
    action: 'check',
    method: 'POST',
    path: '/api/check',
    status: 200,
    answer: ({ body, now }) => ({
      sku: body.sku ?? body.product_id ?? null,
      available: quantityOf(body) <= 100,
      warehouse: 'us-east-1',
      reserved_until: new Date(now + RESERVATION_MS).toISOString(),
    }),
  },
  {
    service: 'inventory-service',
    action: 'reserve',
    method: 'POST',
    path: '/api/reserve',
    status: 200,
    answer: ({ body, newId }) => ({
      reservation_id: newId('res'),
      order_id: body.order_id ?? null,
      sku: body.sku ?? body.product_id ?? null,
      quantity: quantityOf(body),
      amount: quantityOf(body) * PIECE_CENTS,
      status: 'reserved',
    }),
  },
  {
    service: 'inventory-service',
    action: 'release',
    method: 'POST',
    path: '/api/release',
    status: 200,
    answer: ({ body }) => ({ reservation_id: body.reservation_id ?? null, order_id: body.order_id ?? null, status: 'released' }),
  },
  {
    service: 'payment-service',
    action: 'charge',
    method: 'POST',
    path: '/api/charge',
    status: 200,
    answer: ({ body, newId }) => ({
      charge_id: newId('ch'),
      order_id: body.order_id ?? null,
      amount: amountOf(body),
      currency: 'usd',
      status: 'succeeded',
    }),
  },
  {
    service: 'payment-service',
    action: 'refund',
    method: 'POST',
    path: '/api/refund',
    status: 200,
    answer: ({ body, newId }) => ({
      refund_id: newId('re'),
      charge_id: body.charge_id ?? null,
      order_id: body.order_id ?? null,
      amount: amountOf(body),
      status: 'refunded',
    }),
  },
  {
    service: 'api.stripe.com',
    action: 'charge',
    method: 'POST',
    path: '/v1/charges',
    status: 200,
    answer: ({ body, newId }) => ({ charge_id: newId('ch'), amount: amountOf(body), currency: body.currency ?? 'usd', status: 'succeeded' }),
  },
  {
    service: 'shipping-service',
    action: 'ship',
    method: 'POST',
    path: '/api/shipments',
    status: 201,
    answer: ({ body, newId }) => ({
      shipment_id: newId('shp'),
      order_id: body.order_id ?? null,
      tracking_number: newId('TRK'),
      carrier: 'ups',
      status: 'created',
    }),
  },
  {
    service: 'shipping-service',
    action: 'cancel',
    method: 'DELETE',
    path: '/api/shipments/cancel',
    status: 200,
    answer: ({ body }) => ({ shipment_id: body.shipment_id ?? null, status: 'cancelled' }),
  },
  ...booking('flights-api', '/api/bookings', 'booking_id', 'fl', ['origin', 'destination', 'date']),
  ...booking('hotels-api', '/api/reservations', 'reservation_id', 'ht', ['city', 'checkin', 'nights']),
  ...booking('cars-api', '/api/rentals', 'rental_id', 'car', ['city', 'pickup_date', 'days']),
];

/** A service that books and cancels; the answer repeats what was asked for. */
function booking(service: string, path: string, idField: string, prefix: string, echoed: string[]): Action[] {
  return [
    {
      service,
      action: 'book',
      method: 'POST',
      path,
      status: 201,
      answer: ({ body, newId }) => ({
        [idField]: newId(prefix),
        ...Object.fromEntries(echoed.map((field) => [field, body[field] ?? null])),
        status: 'confirmed',
      }),
    },
    { service, action: 'cancel', method: 'POST', path: `${path}/{id}/cancel`, status: 200, answer: ({ id }) => ({ [idField]: id, status: 'cancelled' }) },
  ];
}

/** The action for a call. `service` is a path prefix; paths are unique but for it, so it may be left out. */
export function findAction(method: string, pathname: string): { action: Action; id: string } | undefined {
  const [, first = '', ...rest] = pathname.split('/');
  const named = ACTIONS.some((action) => action.service === first) ? first : undefined;
  const path = named ? `/${rest.join('/')}` : pathname;
  for (const action of ACTIONS) {
    if (action.method !== method || (named && action.service !== named)) continue;
    const pattern = new RegExp(`^${action.path.replace('{id}', '([^/]+)')}$`);
    const match = pattern.exec(path);
    if (match) return { action, id: decodeURIComponent(match[1] ?? '') };
  }
  return undefined;
}

/** What a caller means by its body: an object; of a whole HTTP trigger (`body_from: trigger`) the request's own body. */
export function fieldsOf(value: unknown): Fields {
  const fields = isFields(value) ? value : {};
  return isFields(fields.body) ? { ...fields, ...fields.body } : fields;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quantityOf(body: Fields): number {
  const quantity = Number(body.quantity ?? 1);
  return Number.isFinite(quantity) ? quantity : 1;
}

function amountOf(body: Fields): number {
  const amount = Number(body.amount);
  return body.amount !== undefined && Number.isFinite(amount) ? amount : quantityOf(body) * PIECE_CENTS;
}
