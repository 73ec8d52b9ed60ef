/** What a version would mean for the executions that run: read from the platform, and told in lines. */
import { type Connection, call } from '#cli/client';
import { printable } from '#cli/print-diagnostics';
import { isJsonObject, type JsonObject } from '#contracts/json';

/** Pages of a hundred; a platform with more has its page. */
const PAGES = 10;

export interface VersionImpact {
  movable: number;
  blocked: number;
  /** How many executions stand against the version for each reason. */
  reasons: ReadonlyMap<string, number>;
  /** There are more executions than were looked at. */
  more: boolean;
}

/** Of a version that need not be deployed. Throws Failure. */
export async function impactOf(connection: Connection, workflow: string, version: number, environment: string): Promise<VersionImpact> {
  const pages: JsonObject[] = [];
  const path = `/workflows/${encodeURIComponent(workflow)}/versions/${version}/impact?environment=${encodeURIComponent(environment)}&limit=100`;
  for (let cursor = ''; pages.length < PAGES; ) {
    const { body } = await call(connection, 'GET', cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
    pages.push(body);
    if (typeof body.next_cursor !== 'string') break;
    cursor = body.next_cursor;
  }
  return summed(pages);
}

/** `pages`: answers of the API, in order. */
export function summed(pages: readonly JsonObject[]): VersionImpact {
  const sum = (verdict: string) => pages.reduce((total, { counts }) => total + Number(isJsonObject(counts) ? (counts[verdict] ?? 0) : 0), 0);
  const reasons = new Map<string, number>();
  for (const { executions } of pages) {
    for (const { obstacles } of (Array.isArray(executions) ? executions : []).filter(isJsonObject)) {
      for (const { message } of (Array.isArray(obstacles) ? obstacles : []).filter(isJsonObject)) {
        const reason = printable(String(message));
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  return { movable: sum('movable'), blocked: sum('blocked'), reasons, more: typeof pages.at(-1)?.next_cursor === 'string' };
}

/** Nothing where none runs on another version. */
export function impactLines({ movable, blocked, reasons, more }: VersionImpact, workflow: string, version: number): string[] {
  const older = movable + blocked;
  if (older === 0) return [];
  const first = more ? ` of the first ${PAGES * 100}` : '';
  const lines = [
    older === 1
      ? `1 execution${first} runs on another version, and goes on as it is.`
      : `${older} executions${first} run on another version, and go on as they are.`,
  ];
  if (movable > 0)
    lines.push(`  ${movable} could be moved to this one: the page of the application, or POST /api/v1/workflows/${workflow}/versions/${version}/migrate`);
  if (blocked > 0) lines.push(`  ${blocked} could not:`, ...[...reasons].slice(0, 10).map(([reason, count]) => `    ${count} × ${reason}`));
  return lines;
}
