/**
 * The services that the example workflows call, as one small Worker: inventory, payment, shipping, flights, hotels,
 * cars, and the card charge. Each answers at `/{service}/…`.
 *
 *     GET    /ledger?service=&key=   effects, each with how often it was asked for
 *     GET    /calls?service=&key=    every call with its status
 *     POST   /switches               {service, action?, mode: ok|fail|slow|twice|refuse, status?, delay_ms?, times?}
 *     GET    /switches
 *     DELETE /switches, /ledger
 */
import { z } from 'zod';
import type { LedgerObject, Switch } from './ledger.ts';
import { ACTIONS, fieldsOf, findAction } from './services.ts';

export { LedgerObject } from './ledger.ts';

interface Env {
  LEDGER: DurableObjectNamespace<LedgerObject>;
}

const MAX_BODY = 1024 * 1024;
const services = [...new Set(ACTIONS.map((action) => action.service))];

const switchSchema = z.strictObject({
  service: z.enum(services),
  action: z.string().optional(),
  mode: z.enum(['ok', 'fail', 'slow', 'twice', 'refuse']),
  status: z.int().min(400).max(599).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  times: z.int().min(1).optional(),
});

export default {
  async fetch(request, env): Promise<Response> {
    const url = new URL(request.url);
    const ledger = env.LEDGER.get(env.LEDGER.idFromName('ledger'));
    const filter = [url.searchParams.get('service') ?? undefined, url.searchParams.get('key') ?? undefined] as const;
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /ledger':
        return Response.json({ items: await ledger.effects(...filter) });
      case 'GET /calls':
        return Response.json({ items: await ledger.calls(...filter) });
      case 'GET /switches':
        return Response.json({ items: await ledger.switches() });
      case 'POST /switches':
        return setSwitch(request, ledger);
      case 'DELETE /switches':
        await ledger.clearSwitches();
        return new Response(null, { status: 204 });
      case 'DELETE /ledger':
        await ledger.clear();
        return new Response(null, { status: 204 });
      case 'GET /healthz':
        return Response.json({ status: 'ok', services });
      default:
        return act(request, url, ledger);
    }
  },
} satisfies ExportedHandler<Env>;

async function act(request: Request, url: URL, ledger: DurableObjectStub<LedgerObject>): Promise<Response> {
  const found = findAction(request.method, url.pathname);
  if (!found) return Response.json({ error: 'not_found', message: `No service answers ${request.method} ${url.pathname}` }, { status: 404 });
  const body = await jsonOf(request);
  if (body === undefined) return Response.json({ error: 'invalid_body', message: 'The body is not JSON of at most 1 MB' }, { status: 400 });

  const { action, id } = found;
  const answer = action.answer({ body: fieldsOf(body), id, newId, now: Date.now() });
  const entered = await ledger.enter({
    service: action.service,
    action: action.action,
    key: request.headers.get('idempotency-key'),
    status: action.status,
    answer: JSON.stringify(answer),
  });
  if (entered.delay_ms > 0) await scheduler.wait(entered.delay_ms);
  return new Response(entered.answer, { status: entered.status, headers: { 'content-type': 'application/json' } });
}

async function setSwitch(request: Request, ledger: DurableObjectStub<LedgerObject>): Promise<Response> {
  const parsed = switchSchema.safeParse(await jsonOf(request));
  if (!parsed.success) return Response.json({ error: 'invalid_switch', message: z.prettifyError(parsed.error) }, { status: 400 });
  await ledger.setSwitch(parsed.data as Switch);
  return Response.json(parsed.data, { status: 201 });
}

/** The JSON body, `null` when there is none, `undefined` when it cannot be read. */
async function jsonOf(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY) return undefined;
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`;
}
