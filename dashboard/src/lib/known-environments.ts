/** The environments that applications of the company are deployed to, for pages that show one at a time. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { get } from './api';
import type { Page, WorkflowItem } from './api-types';
import { PRODUCTION } from './environment';

/** Production first. `shown` is among them, whether anything is deployed there or not; without an answer it is all that is known. */
export async function knownEnvironments(event: RequestEventCommon, shown: string): Promise<string[]> {
  const workflows = await get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200');
  const deployed = workflows.ok ? workflows.value.items.flatMap(({ environments }) => Object.keys(environments)) : [];
  return [PRODUCTION, ...[...new Set([...deployed, shown])].filter((name) => name !== PRODUCTION).sort()];
}
