/** The regions in which something of the company is, for pages that show one at a time. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { get } from './api';
import type { TenantRegionsItem } from './api-types';
import { tenantOfSession } from './session';

/** The home first; none where there is no other, or the visitor may not know. */
export async function knownRegions(event: RequestEventCommon): Promise<string[]> {
  const tenant = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const answer = await get<TenantRegionsItem>(event, `/api/v1/tenants/${encodeURIComponent(tenant)}/regions`);
  return answer.ok && answer.value.regions.length > 1 ? answer.value.regions.map(({ region }) => region) : [];
}

/** The one that the page is of; `undefined`: home. */
export function regionOf(query: URLSearchParams): string | undefined {
  return query.get('region') || undefined;
}
