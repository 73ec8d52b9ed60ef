/** Workflows with their versions: documents are compiled as the API does it, and what is saved or deployed is kept. */
import { createHash } from 'node:crypto';
import { trialRequest } from '#contracts/api-trial';
import { Problem } from '#contracts/problems';
import { compileDocument, diagnose, readDocument } from '#workers/api/compile-document';
import { stepTypeItems } from '#workers/api/endpoints/catalogs';
import { trialEndpoints } from '#workers/api/endpoints/trials';
import type { WorkflowItem } from '../../../dashboard/src/lib/api-types';
import { TENANT } from './fixture-executions';

type Placed = (Omit<WorkflowItem, 'hash' | 'origin' | 'created_at' | 'updated_at'> & object)[];

export class FixtureWorkflows {
  /** What was stored, by workflow, beyond the versions that there are. */
  readonly saved = new Map<string, string[]>();
  /** Of what was saved with files: their paths, and what is said of those of before. */
  readonly files: { keep: string; paths: string[] }[] = [];
  /** Bodies of `POST /deployments`. */
  readonly deployments: { workflow_id: string; version: number; environment: string }[] = [];

  async answer(request: Request, url: URL, rest: string, placed: Placed): Promise<Response> {
    if (rest === '/deployments') {
      const body = (await request.json()) as (typeof this.deployments)[number];
      this.deployments.push(body);
      return Response.json({ id: 'dep_9', ...body }, { status: 201 });
    }
    if (rest === '/workflows/validate') {
      const { definition, outline, errors, warnings } = await diagnose({ ...(await readDocument(request)), files: undefined });
      return Response.json({ valid: definition !== null && errors.length === 0, errors, warnings, outline });
    }
    if (rest === '/workflows/try') return tryAnswer(await request.json());
    if (rest === '/workflows' && request.method === 'POST') {
      const { definition, source } = await this.#stored(request);
      if (WORKFLOWS.some((one) => one.name === definition.name)) throw new Problem('workflow_exists', `There is a workflow ${definition.name}.`);
      this.saved.set('wf_new', [source]);
      return Response.json({ id: 'wf_new', name: definition.name, version: 1, hash: definition.hash, changed: true, diagnostics: [] }, { status: 201 });
    }
    if (rest === '/workflows') return Response.json({ items: placed.map((one) => ({ ...one, origin: originOf(one.name, url) })), next_cursor: null });
    const [, id, versions, version] = /^\/workflows\/([^/]+)(\/versions(?:\/(\d+))?)?$/.exec(rest) ?? [];
    const workflow = placed.find((one) => one.id === id || one.name === id);
    if (!workflow) throw new Problem('unknown_workflow');
    const saved = this.saved.get(workflow.id) ?? [];
    const latest = 3 + saved.length;
    if (request.method === 'PUT') {
      const { definition, source } = await this.#stored(request, workflow.name);
      this.saved.set(workflow.id, [...saved, source]);
      return Response.json({ id: workflow.id, name: workflow.name, version: latest + 1, hash: definition.hash, changed: true, diagnostics: [] });
    }
    if (!versions) return Response.json({ ...workflow, version: saved.length > 0 ? latest : workflow.version, origin: originOf(workflow.name, url) });
    const all = Array.from({ length: latest }, (_, index) => latest - index).map((number) => ({
      version: number,
      hash: createHash('sha256').update(`${workflow.id} ${number}`).digest('hex'),
      created_at: new Date(Date.now() - (latest + 1 - number) * 86_400_000).toISOString(),
    }));
    if (version === undefined) return Response.json({ items: all, next_cursor: null });
    const one = all.find((item) => item.version === Number(version));
    if (!one) throw new Problem('not_found');
    const source = saved[one.version - 4] ?? sourceOf(workflow.id, one.version);
    const { definition } = await diagnose({ source });
    const pipelines = { ...DEFINITION.pipelines, ...definition?.pipelines };
    return Response.json({
      ...one,
      pipelines: workflow.pipelines,
      routes: workflow.routes,
      source,
      definition: { ...(workflow.id === 'wf_orders' ? DEFINITION : {}), ...definition, pipelines },
    });
  }

  async #stored(request: Request, name?: string) {
    const { files, keepFiles, ...document } = await readDocument(request);
    if (files.said.size > 0) this.files.push({ keep: keepFiles, paths: [...files.paths].sort() });
    return compileDocument({ ...document, ...(name === undefined ? {} : { name }), files: undefined });
  }
}

/** The real registry. */
export function stepTypesAnswer(): Response {
  return Response.json({ items: stepTypeItems(), next_cursor: null });
}

/** As the API does it: but for files of a version before it needs nothing of the platform. */
async function tryAnswer(given: unknown): Promise<Response> {
  const { workflow: _, ...asked } = trialRequest.parse(given);
  const { body } = await trialEndpoints[0]!.handle({ body: asked, now: Date.now() } as never);
  return Response.json(body);
}

function originOf(workflow: string, page: URL): string {
  return `http://${workflow}.${TENANT}.localhost:${page.port}`;
}

/** Each version of the orders retries more often than the one before. */
function sourceOf(id: string, version: number): string {
  if (id === 'wf_older') return OLDER;
  return id === 'wf_travel' ? TRAVEL : SOURCE.replace('max_attempts: 3', `max_attempts: ${version}`);
}

const SOURCE = `# The order pipeline: check the stock, charge, ship.
name: orders
version: "1.4"

modules:
  - name: orders-db
    type: storage.sqlite
    config:
      setup: ["CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, total REAL)"]

pipelines:
  process-order:
    trigger:
      type: http
      config: { method: POST, path: /api/orders }
    timeout: 30s
    idempotency:
      key_template: "{{ .order_id }}"
      ttl: 24h
    steps:
      - name: parse-request
        type: step.request_parse
        config:
          parse_body: true
      - name: check-inventory
        type: step.http_call
        config:
          url: "http://inventory/api/check"
          method: POST
          body: { sku: "{{ .product_id }}", quantity: "{{ .quantity }}" }
        retry:
          max_attempts: 3
          backoff: exponential
          initial_delay: 500ms   # then 1 s
      - name: charge-payment
        type: step.http_call
        idempotent: true
        config:
          url: "http://payment/api/charges"
        compensate:
          type: step.http_call
          config:
            url: "http://payment/api/refunds"
      - name: respond
        type: step.json_response
        config:
          status: 201
`;

const TRAVEL = `# Asks three partners at once, and books the best that is still free.
name: travel
pipelines:
  book-travel:
    trigger:
      type: http
      config: { method: POST, path: /trips }
    saga: { enabled: true }
    steps:
      - name: parse
        type: step.request_parse
        config: { parse_body: true }
      - name: kind-of-trip
        type: step.conditional
        config:
          field: trip
          routes: { business: ask-partners, private: ask-partners, group: too-many }
          default: too-many
      - name: ask-partners
        type: step.parallel
        config:
          branches:
            - name: flight
              steps:
                - name: find-flight
                  type: step.http_call
                  config: { url: "http://flights/api/offers" }
                - name: hold-flight
                  type: step.http_call
                  config: { url: "http://flights/api/holds", method: POST }
                  compensate:
                    type: step.http_call
                    config: { url: "http://flights/api/releases", method: POST }
            - name: hotel
              steps:
                - name: find-hotel
                  type: step.http_call
                  config: { url: "http://hotels/api/offers" }
      - name: each-guest
        type: step.foreach
        config:
          collection: trigger.body.guests
          item_var: guest
          steps:
            - name: register-guest
              type: step.http_call
              if: guest.age > 2
              config: { url: "http://guests/api/guests", method: POST }
      - name: booked
        type: step.json_response
        config: { status: 201, body: { ok: true } }
      - name: too-many
        type: step.json_response
        config: { status: 422, body: { error: "Groups are booked by telephone." } }
`;

const OLDER = `# As the older generation writes it: routes with their steps.
name: bookings
workflows:
  http:
    routes:
      - method: POST
        path: /bookings/{id}
        pipeline:
          steps:
            - name: hold
              type: step.http_call
              config: { url: "http://rooms/api/holds", method: POST }
              on_error: compensate
              compensate:
                type: step.http_call
                config: { url: "http://rooms/api/releases", method: POST }
            - name: confirm
              type: step.http_call
              on_error: compensate
              config: { url: "http://guests/api/confirmations", method: POST }
            - name: answer
              type: step.json_response
              config: { status: 201, body: { ok: true } }
`;

const DAY = { created_at: '2026-11-20T10:00:00.000Z', updated_at: '2026-11-21T10:00:00.000Z', hash: '9f2c61d80b7a4e53c1d0f8a2b6e4937510ccd2e8' };

export const WORKFLOWS = [
  {
    id: 'wf_orders',
    name: 'orders',
    version: 3,
    ...DAY,
    pipelines: ['process-order', 'create-order', 'expire-carts'],
    routes: [
      { method: 'POST', path: '/api/orders', pipeline: 'process-order' },
      { method: 'POST', path: '/api/orders/saga', pipeline: 'create-order' },
      { method: 'GET', path: '/api/orders/{id}', pipeline: 'get-order' },
    ],
    environments: { production: { version: 2, deployment_id: 'dep_2' }, staging: { version: 3, deployment_id: 'dep_1' } },
  },
  {
    id: 'wf_travel',
    name: 'travel',
    version: 2,
    ...DAY,
    pipelines: ['book-travel', 'approve-trip'],
    routes: [{ method: 'POST', path: '/trips', pipeline: 'book-travel' }],
    environments: { production: { version: 2, deployment_id: 'dep_3' } },
  },
  {
    id: 'wf_older',
    name: 'bookings',
    version: 1,
    ...DAY,
    pipelines: ['post-bookings-id'],
    routes: [{ method: 'POST', path: '/bookings/{id}', pipeline: 'post-bookings-id' }],
    environments: {},
  },
  { id: 'wf_imports', name: 'imports', version: 3, ...DAY, pipelines: ['nightly-import', 'full-resync'], routes: [], environments: {} },
] satisfies Omit<WorkflowItem, 'origin'>[];

const STEPS = ['parse-request', 'check-inventory', 'charge-payment', 'create-shipment', 'notify', 'write-audit', 'respond', 'sync', 'close'];

const activity = (name: string, index: number) => ({
  kind: 'activity',
  name,
  index,
  type: 'step.http_call',
  config: {},
  timeout_ms: 30_000,
  ...(index < 2 ? { compensate: {} } : {}),
});

const DEFINITION = {
  description: 'Takes orders, reserves stock, charges, ships, and undoes it all when one of them fails.',
  residency: [
    { name: 'european-customers', match: { fields: [{ path: 'country', values: ['AT', 'CH', 'DE'] }] }, region: 'eu', replication: 'none' },
    { name: 'large-orders', match: { expression: 'total > 10000 and country in ["US", "CA"]' }, region: 'us' },
  ],
  pipelines: {
    ...Object.fromEntries(
      WORKFLOWS.flatMap((one) => one.pipelines).map((name, i) => [
        name,
        { name, trigger: { type: i === 2 ? 'schedule' : 'http', config: {} }, nodes: STEPS.slice(0, 3 + i).map(activity) },
      ]),
    ),
    'create-order': {
      name: 'create-order',
      trigger: { type: 'http', config: {} },
      nodes: ['parse-request', 'validate-order', 'reserve-inventory', 'create-shipment', 'charge-payment', 'notify', 'respond'].map(activity),
    },
    'bulk-order': {
      name: 'bulk-order',
      trigger: { type: 'http', config: {} },
      main: 2,
      nodes: [
        { kind: 'block', name: 'each', index: 0, type: 'step.foreach', plan: { kind: 'foreach' }, lanes: [{ name: 'item', from: 2, to: 3 }] },
        { kind: 'activity', name: 'respond', index: 1, type: 'step.json_response' },
        { kind: 'activity', name: 'charge', index: 2, type: 'step.http_call' },
      ],
    },
  },
};
