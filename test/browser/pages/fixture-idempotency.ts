/** Idempotency keys for the pages: of starts and of steps, one of which has been had and is looked up. */
import { releaseKeyRequest } from '#contracts/api-idempotency';
import { Problem } from '#contracts/problems';
import type { IdempotencyKeyItem, ListedKeyItem } from '../../../dashboard/src/lib/api-types';
import { fixtureId } from './fixture-executions';

export const KNOWN_KEY = 'charge_ord/2026 02';
const HOUR_MS = 3_600_000;

type Row = Omit<ListedKeyItem, 'environment' | 'region' | 'workflow' | 'pipeline' | 'taken_at' | 'expires_at'> & {
  pipeline?: string;
  taken: number;
  hours: number;
};

const ROWS: Row[] = [
  {
    scope: 'pipeline',
    key: 'order_ord_20260215_abc123',
    execution_id: fixtureId('compensated'),
    execution_status: 'compensated',
    state: 'answered',
    taken: 0.5,
    hours: 24,
  },
  {
    scope: 'pipeline',
    key: 'order_ord_20260215_def456',
    execution_id: fixtureId('running'),
    execution_status: 'running',
    state: 'running',
    taken: 1,
    hours: 24,
  },
  { scope: 'pipeline', key: 'evt_1QhZ<b>x</b>', execution_id: fixtureId('completed'), execution_status: 'completed', state: 'expired', taken: 30, hours: 24 },
  { scope: 'step', key: KNOWN_KEY, execution_id: fixtureId('compensated'), step: 'charge-payment', phase: 'run', state: 'answered', taken: 0.5, hours: 24 },
  { scope: 'step', key: 'ship_ord_7', execution_id: fixtureId('running'), step: 'ship', phase: 'run', state: 'running', taken: 0.01, hours: 0.02 },
  {
    scope: 'step',
    key: 'refund_ord_6',
    execution_id: fixtureId('compensated'),
    step: 'charge-payment',
    phase: 'compensate',
    state: 'answered',
    taken: 2,
    hours: 24,
  },
];

export class FixtureIdempotency {
  /** Keys that were released, and why. */
  readonly released: { key: string; reason?: string }[] = [];

  constructor(private readonly startedAt: number) {}

  /** `path`: what follows `/idempotency-keys`; of an execution whose key is released its id. */
  async answer(request: Request, url: URL, path: string): Promise<Response> {
    if (path === '') return this.#list(url);
    const execution = path.startsWith('exec_') ? path : undefined;
    const key = execution ? ROWS.find((row) => row.scope === 'pipeline' && row.execution_id === execution)?.key : decodeURIComponent(path.split('/')[1]!);
    if (key !== undefined && request.method === 'POST') return this.#release(request, key);
    const found = key === KNOWN_KEY ? this.#known(url) : undefined;
    if (!found || this.#isFree(KNOWN_KEY)) throw new Problem('not_found');
    return Response.json(found);
  }

  async #release(request: Request, key: string): Promise<Response> {
    const { reason } = releaseKeyRequest.parse(await request.json());
    this.released.push({ key, ...(reason === undefined ? {} : { reason }) });
    return Response.json({ key });
  }

  #list(url: URL): Response {
    const q = (name: string) => url.searchParams.get(name) ?? undefined;
    const items = ROWS.map((row) => this.#item(row)).filter(
      (item) =>
        item.scope === (q('scope') ?? 'pipeline') &&
        (!q('state') || item.state === q('state')) &&
        (!q('workflow') || item.workflow === q('workflow')) &&
        (!q('q') || item.key.includes(q('q')!)),
    );
    const from = Number(q('cursor') ?? 0);
    // Two to a page, so that there is more.
    return Response.json({ items: items.slice(from, from + 2), next_cursor: from + 2 < items.length ? String(from + 2) : null });
  }

  #item({ taken, hours, state, ...row }: Row): ListedKeyItem {
    const at = this.startedAt - taken * HOUR_MS;
    return {
      environment: 'production',
      workflow: 'orders',
      pipeline: 'process-order',
      region: 'us',
      ...row,
      state: this.#isFree(row.key) ? 'expired' : state,
      taken_at: new Date(at).toISOString(),
      expires_at: new Date(this.#isFree(row.key) ? this.startedAt : at + hours * HOUR_MS).toISOString(),
    };
  }

  #isFree(key: string): boolean {
    return this.released.some((one) => one.key === key);
  }

  #known(url: URL): IdempotencyKeyItem | undefined {
    if (url.searchParams.get('environment') !== 'production' || url.searchParams.get('phase') !== 'run') return undefined;
    return {
      key: KNOWN_KEY,
      environment: 'production',
      phase: 'run',
      status: 'stored',
      execution_id: fixtureId('compensated'),
      step: 'charge-payment',
      expires_at: new Date(this.startedAt + 24 * HOUR_MS).toISOString(),
      output: { charge_id: 'ch_1', amount: 4200 },
    };
  }
}
