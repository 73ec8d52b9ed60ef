/** Regions of the company, its move and its erasure, held in memory: for the pages. */
import type { Role } from '#contracts/access';
import { tenantRegionsRequest } from '#contracts/api-regions';
import { ERASURE_STAGES } from '#contracts/erasure';
import { Problem } from '#contracts/problems';
import type { ErasureItem, MoveItem, TenantExportItem, TenantRegionsItem } from '../../../dashboard/src/lib/api-types';
import { TENANT } from './fixture-executions';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class FixtureRegions {
  #regions: TenantRegionsItem;
  #erasure: ErasureItem | undefined;
  /** Answers the next question after the erasure; a test moves it on. */
  status: ErasureItem['status'] = 'closing';
  /** The same for the move. */
  moving: MoveItem['status'] = 'stilling';
  #move: MoveItem | undefined;
  /** The same for the export. */
  exporting: TenantExportItem['status'] = 'writing';
  /** The company is on its way elsewhere, and the export waits. */
  exportWaits = false;
  #export: TenantExportItem | undefined;

  constructor(
    private readonly now: number,
    /** Who is signed in. */
    readonly me: { role: Role | null; kind?: 'operator' },
  ) {
    this.#regions = {
      tenant: TENANT,
      home: 'eu',
      replication: null,
      regions: [
        { region: 'eu', role: 'home', current: true },
        { region: 'us', role: 'executions', since: this.#ago(3 * 86_400_000), current: false },
      ],
      platform_regions: ['ap', 'eu', 'sa', 'us'],
      health: { ap: 'unavailable', eu: 'ok', sa: 'ok', us: 'ok' },
    };
  }

  async answer(request: Request, rest: string): Promise<Response> {
    if (rest.endsWith('/move')) return this.#moveAnswer(request);
    if (rest.endsWith('/export/download')) return new Response('archive', { headers: { 'content-disposition': `attachment; filename="${TENANT}-eu.tar"` } });
    if (rest.endsWith('/export')) return this.#exportAnswer(request);
    if (rest.endsWith('/erasure')) return this.#erasureAnswer(request);
    if (rest.endsWith('/clear')) return this.#clearAnswer(request, rest.split('/').at(-2)!);
    if (this.#erasure) throw new Problem('tenant_closed', `${TENANT} is being erased.`);
    if (request.method === 'PUT') this.#regions = { ...this.#regions, ...tenantRegionsRequest.parse(await request.json()) };
    return Response.json(this.#regions);
  }

  async #erasureAnswer(request: Request): Promise<Response> {
    if (request.method === 'POST') {
      const { confirm } = (await request.json()) as { confirm: string };
      if (confirm !== TENANT) throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.');
      this.#erasure = {
        tenant: TENANT,
        status: 'closing',
        stage: 'executions',
        requested_by: 'user:usr_ada',
        requested_at: new Date(this.now).toISOString(),
        rounds: 0,
        erased: [],
      };
      return Response.json(this.#erasure, { status: 202 });
    }
    if (!this.#erasure) throw new Problem('not_found', `${TENANT} is not being erased.`);
    if (this.status === 'closing') return Response.json(this.#erasure);
    return Response.json({ ...this.#erasure, status: this.status, stage: 'objects', rounds: 1, erased: erased(4) });
  }

  async #clearAnswer(request: Request, region: string): Promise<Response> {
    const { confirm } = (await request.json()) as { confirm: string };
    if (confirm !== TENANT) throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.');
    const order = { requested_by: 'user:usr_ada', requested_at: new Date(this.now).toISOString() };
    this.#regions = { ...this.#regions, regions: this.#regions.regions.map((each) => (each.region === region ? { ...each, clearing: order } : each)) };
    return Response.json({ tenant: TENANT, region, status: 'erasing', ...order }, { status: 202 });
  }

  async #moveAnswer(request: Request): Promise<Response> {
    if (request.method === 'POST') {
      const { to, confirm } = (await request.json()) as { to: string; confirm: string };
      if (confirm !== TENANT) throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.');
      this.#move = {
        tenant: TENANT,
        from: 'eu',
        to,
        status: 'closing',
        stage: 'executions',
        requested_by: 'user:usr_ada',
        requested_at: new Date(this.now).toISOString(),
        rounds: 0,
        moved: [],
      };
      return Response.json(this.#move, { status: 202 });
    }
    if (request.method === 'DELETE') this.#move = undefined;
    if (!this.#move) throw new Problem('not_found', `${TENANT} is not being moved.`);
    const done = this.moving === 'completed' ? { moved: erased(8), rounds: 1, switched_at: this.#ago(60_000), finished_at: this.#ago(5_000) } : {};
    return Response.json({ ...this.#move, ...done, status: this.moving, stage: this.moving === 'stilling' ? 'machines' : 'executions' });
  }

  #exportAnswer(request: Request): Response {
    if (request.method === 'POST') {
      this.#export = {
        tenant: TENANT,
        region: 'eu',
        status: 'writing',
        stage: 'objects',
        requested_by: 'user:usr_ada',
        requested_at: new Date(this.now).toISOString(),
        written: [{ stage: 'executions', count: 1204, bytes: 48_120_000 }],
        left_out: [],
      };
      return Response.json(this.#export, { status: 202 });
    }
    if (!this.#export) throw new Problem('not_found', `There is no export of ${TENANT}.`);
    if (request.method === 'DELETE') {
      this.#export = undefined;
      return new Response(null, { status: 204 });
    }
    const done = this.exporting === 'completed' ? { size: 52_428_800, finished_at: this.#ago(5_000), expires_at: this.#ago(-86_000_000) } : {};
    return Response.json({ ...this.#export, ...done, status: this.exporting, ...(this.exportWaits ? { waits_for: 'move' } : {}) });
  }

  #ago(ms: number): string {
    return new Date(this.now - ms).toISOString();
  }
}

function erased(stages: number): ErasureItem['erased'] {
  return ERASURE_STAGES.slice(0, stages).map((stage, index) => ({ stage, count: index === 2 ? 0 : 1204 - index * 100, sha256: index === 2 ? '' : HASH }));
}
