/** What the design page shows; made up, and in every state. */
import type { Json } from '#contracts/json';
import type { LineStatus, Segment } from '~/lib/segments';
import type { Line } from '~/lib/waterfall';

function line(step: string, type: string, status: LineStatus, segments: Segment[], more: Partial<Line> = {}): Line {
  const start = segments[0]?.start;
  const end = segments.at(-1)?.end ?? 0;
  return {
    key: `s:${step}`,
    kind: 'step',
    step,
    type,
    status,
    attempts: 1,
    start,
    duration: start === undefined ? undefined : end - start,
    open: false,
    segments,
    label: `${step}, ${status}`,
    name: step,
    depth: 0,
    ...more,
  };
}

function run(start: number, end: number, status: LineStatus, open = false): Segment {
  return { kind: 'run', start, end, status, open };
}

export const SAMPLE_LINES: Line[] = [
  line('parse-request', 'step.request_parse', 'completed', [run(0, 4, 'completed')]),
  line('reserve-inventory', 'step.http_call', 'compensated', [run(4, 180, 'compensated')]),
  line('reserve-inventory', 'step.http_call', 'compensated', [run(860, 980, 'compensated')], {
    key: 'c:reserve-inventory',
    kind: 'compensation',
    name: 'Undo reserve-inventory',
  }),
  line(
    'charge-payment',
    'step.http_call',
    'failed',
    [
      run(180, 290, 'retrying'),
      { kind: 'wait', start: 290, end: 440, status: 'retrying', open: false },
      run(440, 560, 'retrying'),
      { kind: 'wait', start: 560, end: 760, status: 'retrying', open: false },
      run(760, 850, 'failed'),
    ],
    { attempts: 3 },
  ),
  line('await-approval', 'step.approval', 'waiting', [{ kind: 'wait', start: 300, end: 900, status: 'waiting', open: true }], { open: true }),
  line('ship-order', 'step.http_call', 'running', [run(420, 900, 'running', true)], { open: true }),
  line('notify', 'step.publish', 'skipped', [run(850, 850, 'skipped')]),
  line('respond', 'step.json_response', 'pending', []),
];

export const SAMPLE_VALUE: Json = {
  order_id: 'ord_8812',
  total: 89.97,
  paid: true,
  coupon: null,
  items: [
    { sku: 'SKU-001', quantity: 3 },
    { sku: 'SKU-204', quantity: 1 },
  ],
  customer: { id: 'cust_789', address: { city: 'Lisbon', lines: ['Rua Augusta 100', '1100-053'] } },
  note: 'Leave the parcel with the neighbour on the left if nobody answers the door, and please do not ring before ten in the morning. Thank you.',
};

export const SAMPLE_YAML = `# Orders
pipelines:
  process-order:
    trigger: { type: http }
    steps:
      - name: charge-payment
        type: step.http_call
        timeout: 5s
        idempotent: true
        config:
          url: "http://payment/api/charges"
          retries: 3`;
