/**
 * The kinds of executions that live through the kills: the application, how each is started, and what must have come of
 * it: its status, and each of its effects exactly once.
 */
export interface Kind {
  pipeline: string;
  /** Final status. */
  status: 'completed' | 'failed' | 'compensated';
  /** Effects under the order's id, in the order in which they are had. */
  effects: string[];
  /** They are had side by side. */
  unordered?: true;
  /** A failure for good, which leaves a letter. */
  letter?: true;
  /** At most so many are in flight. */
  max?: number;
}

const RESERVE = 'inventory-service reserve';
const CHARGE = 'payment-service charge';
const SHIP = 'shipping-service ship';

export const KINDS: readonly Kind[] = [
  { pipeline: 'pure', status: 'completed', effects: [] },
  { pipeline: 'calls', status: 'completed', effects: [RESERVE, CHARGE, SHIP] },
  { pipeline: 'saga', status: 'compensated', effects: [RESERVE, CHARGE, 'payment-service refund', 'inventory-service release'], letter: true },
  { pipeline: 'patient', status: 'completed', effects: [RESERVE, CHARGE] },
  { pipeline: 'keyed', status: 'completed', effects: [CHARGE] },
  { pipeline: 'broken', status: 'failed', effects: [RESERVE], letter: true },
  { pipeline: 'queued', status: 'completed', effects: [RESERVE, SHIP], max: 3 },
  { pipeline: 'fan', status: 'completed', effects: [RESERVE, CHARGE, SHIP, SHIP, SHIP], unordered: true },
  {
    pipeline: 'fan-saga',
    status: 'compensated',
    effects: [RESERVE, CHARGE, 'payment-service refund', 'inventory-service release'],
    unordered: true,
    letter: true,
  },
  { pipeline: 'optional', status: 'completed', effects: [RESERVE, CHARGE] },
  { pipeline: 'caller', status: 'completed', effects: [RESERVE, CHARGE, SHIP] },
];

const post = (url: string, more = '') => `{ method: POST, url: "http://${url}", body: { order_id: "{{ .order }}"${more} } }`;
const reserve = `{ name: reserve, type: step.http_call, config: ${post('inventory-service/api/reserve')} }`;
const charge = `{ name: charge, type: step.http_call, config: ${post('payment-service/api/charge')} }`;
const ship = `{ name: ship, type: step.http_call, config: ${post('shipping-service/api/shipments')} }`;
/** On a crowded machine connections between the processes are lost at times. */
const patient = '{ max_attempts: 5, backoff: fixed, initial_delay: 200ms }';
/** Nothing answers there: a 404, which no retry mends. */
const refused = `{ name: refused, type: step.http_call, config: ${post('shipping-service/api/nowhere')} }`;

/** What `caller` calls; its executions are in a list of their own. */
export const CALLED = `
name: called
pipelines:
  bill:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - ${charge}
      - { name: wait, type: step.delay, config: { duration: 1s } }
`;

export const APPLICATION = `
name: kills
pipelines:
  pure:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - { name: a, type: step.set, config: { values: { a: "{{ .order }}" } } }
      - { name: b, type: step.set, config: { values: { b: "{{ .a }}" } } }
      - { name: c, type: step.json_response, config: { body: { order: "{{ .b }}" } } }
  calls:
    trigger: { type: manual }
    retry: ${patient}
    steps: [${reserve}, ${charge}, ${ship}]
  saga:
    trigger: { type: manual }
    retry: ${patient}
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: ${post('inventory-service/api/reserve')}
        compensate: { type: step.http_call, config: ${post('inventory-service/api/release')} }
      - name: charge
        type: step.http_call
        config: ${post('payment-service/api/charge')}
        compensate: { type: step.http_call, config: ${post('payment-service/api/refund')} }
      - ${refused}
  patient:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - ${reserve}
      - { name: wait, type: step.delay, config: { duration: 2s } }
      - ${charge}
  keyed:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - name: charge
        type: step.http_call
        idempotent: true
        idempotency_key: "charge_{{ .order }}"
        config: ${post('payment-service/api/charge')}
  broken:
    trigger: { type: manual }
    retry: ${patient}
    steps: [${reserve}, ${refused}, ${charge}]
  queued:
    trigger: { type: manual }
    retry: ${patient}
    concurrency: { max: 3 }
    steps: [${reserve}, ${ship}]
  fan:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - { name: both, type: step.parallel, config: { steps: [${reserve}, ${charge}] } }
      - { name: parcels, type: step.foreach, config: { collection: [1, 2, 3], concurrency: 2, step: ${ship} } }
  fan-saga:
    trigger: { type: manual }
    retry: ${patient}
    saga: { enabled: true }
    steps:
      - name: both
        type: step.parallel
        config:
          steps:
            - name: reserve
              type: step.http_call
              config: ${post('inventory-service/api/reserve')}
              compensate: { type: step.http_call, config: ${post('inventory-service/api/release')} }
            - name: charge
              type: step.http_call
              config: ${post('payment-service/api/charge')}
              compensate: { type: step.http_call, config: ${post('payment-service/api/refund')} }
      - ${refused}
  optional:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - ${reserve}
      - { name: refused, type: step.http_call, on_error: skip, config: ${post('shipping-service/api/nowhere')} }
      - ${charge}
  caller:
    trigger: { type: manual }
    retry: ${patient}
    steps:
      - ${reserve}
      - { name: bill, type: step.workflow_call, config: { workflow: called, input: { order: "{{ .order }}" } } }
      - ${ship}
`;
