/** The real bounds of tenants, for the tests of the API. */
import { env } from 'cloudflare:workers';
import { QuotaObjectBase } from '#objects/quota';
import type { QuotaPeers } from '#objects/quota-core';
import type { RegionEnv } from '#workers/env';
import { quotaPeers } from '#workers/quota/ports';

export class ApiQuotaObject extends QuotaObjectBase<unknown> {
  protected override readonly peers: QuotaPeers = quotaPeers(env as unknown as RegionEnv);
}
