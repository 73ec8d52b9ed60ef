/** Lines of the made-up executions, found as the API finds them, and a few that an application wrote. */
import type { LineFilter, LogLine } from '#contracts/log-line';
import { Problem } from '#contracts/problems';
import { fitsLine, lineContext, logLines } from '#engine/log-lines';
import { eventsOf, type Fixture } from './fixture-executions';

/** Of an execution, in order. */
export function linesOf(fixture: Fixture): LogLine[] {
  const events = eventsOf(fixture);
  const start = events[0];
  if (start?.type !== 'execution.started') return [];
  const context = lineContext(start.data);
  const note = { level: 'debug' as const, message: 'Order ord_8812 has 3 lines', step: 'parse-request', fields: { order_id: 'ord_8812', lines: 3 } };
  const own = fixture.name === 'completed' ? [{ timestamp: new Date(start.at + 2).toISOString(), ...note, ...context, sequence_num: 0 }] : [];
  return [...own, ...logLines(events, context)];
}

export function logsAnswer(known: readonly Fixture[], url: URL): Response {
  const q = (name: string) => url.searchParams.get(name) ?? undefined;
  if (q('q') === 'boom') throw new Problem('internal');
  if (q('q') === RARE) return rareAnswer(known[0]!, url);
  const wanted: LineFilter = { text: q('q'), level: q('level') as LineFilter['level'], step: q('step') };
  const executions = known.filter(
    ({ timeline }) =>
      (!q('execution') || timeline.execution_id === q('execution')) &&
      (!q('workflow') || timeline.workflow === q('workflow')) &&
      (!q('pipeline') || timeline.pipeline === q('pipeline')) &&
      [...url.searchParams].every(([name, value]) => !name.startsWith('attr.') || timeline.metadata[name.slice('attr.'.length)] === value),
  );
  const lines = executions.flatMap((fixture) => linesOf(fixture).reverse()).filter((line) => fitsLine(line, wanted));
  const from = Number(q('cursor') ?? 0);
  const end = from + Number(q('limit') ?? 50);
  return Response.json({
    items: lines.slice(from, end).map((line) => ({ ...line, region: 'eu' })),
    next_cursor: end < lines.length ? String(end) : null,
    looked: { executions: executions.length, back_to: executions.at(-1)?.timeline.started_at },
  });
}

/** A text that is said once, behind some thousand executions. */
export const RARE = 'a needle';

function rareAnswer(fixture: Fixture, url: URL): Response {
  const asked = Number(url.searchParams.get('cursor') ?? 0);
  const executions = url.searchParams.has('within') ? 900 : 100;
  const back_to = new Date(Date.UTC(2026, 1, 14 - asked)).toISOString();
  const [line] = linesOf(fixture);
  const isLast = asked === 3;
  return Response.json({
    items: isLast ? [{ ...line, message: `It is here: ${RARE}`, region: 'eu' }] : [],
    next_cursor: isLast ? null : String(asked + 1),
    looked: { executions, back_to },
  });
}

/** `GET /workflows/{id}/logs`: that of the orders gathers, the others do not. */
export function gatheredAnswer(workflow: string, known: readonly Fixture[], url: URL): Response {
  const q = (name: string) => url.searchParams.get(name) ?? undefined;
  const wanted: LineFilter = { text: q('q'), level: q('level') as LineFilter['level'] };
  const collected = workflow === 'wf_orders' && !q('environment');
  const door = { at: known[0]!.timeline.started_at, level: 'info', message: 'POST /api/orders 201', fields: { duration_ms: 12 } };
  const said = known
    .flatMap(linesOf)
    .filter((line) => fitsLine(line, wanted) && (!q('pipeline') || line.pipeline === q('pipeline')))
    .map(({ timestamp, level, message, execution_id, pipeline, step, fields }) => ({ at: timestamp, level, message, execution_id, pipeline, step, fields }));
  const items = collected ? [...(q('q') || q('level') ? [] : [door]), ...said].slice(0, 30) : [];
  return Response.json({ items, next_cursor: null, collected });
}

/** `GET /executions/{id}/logs`. */
export function stepLogsAnswer(fixture: Fixture, url: URL): Response {
  const step = url.searchParams.get('step') ?? undefined;
  return Response.json({ items: linesOf(fixture).filter((line) => fitsLine(line, { step })), next_cursor: null });
}
