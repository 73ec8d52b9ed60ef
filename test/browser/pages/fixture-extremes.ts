/**
 * The answers of the fixture API as they seldom are: names of any length and script with large counts, nothing at all, or a
 * fault. A page asks for one by the cookie `extreme`, so that a picture and a test can have it of every page.
 */
import { Problem } from '#contracts/problems';

export const EXTREMES = ['long', 'empty', 'broken'] as const;
export type Extreme = (typeof EXTREMES)[number];

/** Said in the place of the usual names, wherever they are the whole of a text: the longest words of German, a name that is read from the right, signs of two code units. */
const LONG: readonly (readonly [usual: string, long: string])[] = [
  ['orders', 'auftragsabwicklung-und-lieferkettenkoordination-mitteleuropa'],
  ['process-order', 'bestellung-mit-teillieferung-und-rechnungsausgleich-verarbeiten'],
  ['check-inventory', 'Donaudampfschifffahrtsgesellschaftslagerbestandsprüfung'],
  ['charge-payment', 'تحصيل-الدفعة-من-بطاقة-العميل-💳'],
  ['Ada Lovelace', 'Ada Augusta King-Noel, Countess of Lovelace, née Byron of Ockham and Kirkby-Mallory'],
  ['ada@example.com', 'ada.augusta.king-noel.countess.of.lovelace@mathematik.analytical-engines.example.com'],
  ['Checkout', 'Bestellabwicklungs- und Kundenbetreuungszentrum Süd-Südwest 🛒'],
  ['STRIPE_KEY', 'STRIPE_RESTRICTED_KEY_FOR_THE_SETTLEMENT_OF_REFUNDS_IN_CENTRAL_EUROPE'],
  ['order-lifecycle', 'lebenszyklus-einer-auftragsabwicklung-mit-teillieferungen'],
];
const COUNTS = /"(count|depth|instances|waiting|total_executions|error_count|retry_count|executions|states|transitions|dlq_depth)":\d+/g;

/** Asks `usual` with the names that it knows, and says what it answers as the extreme has it. */
export async function extremeAnswer(request: Request, usual: (request: Request) => Promise<Response>): Promise<Response> {
  const asked = /(?:^|;\s*)extreme=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  const extreme = EXTREMES.find((one) => one === asked);
  if (!extreme) return usual(request);
  const isRead = request.method === 'GET' && !new URL(request.url).pathname.startsWith('/api/v1/auth/');
  if (extreme === 'broken' && isRead) return faulty(request);
  const answer = await usual(extreme === 'long' ? inUsualNames(request) : request);
  if (!isRead || !answer.ok || !answer.headers.get('content-type')?.startsWith('application/json')) return answer;
  const text = await answer.text();
  return new Response(extreme === 'long' ? inLongNames(text) : withoutItems(text), answer);
}

function faulty(request: Request): Response {
  const body = { ...new Problem('internal').body(), request_id: request.headers.get('x-request-id') ?? undefined };
  return Response.json(body, { status: body.status, headers: { 'content-type': 'application/problem+json' } });
}

function inUsualNames(request: Request): Request {
  const url = LONG.reduce((text, [usual, long]) => text.replaceAll(encodeURIComponent(long), usual), request.url);
  return url === request.url ? request : new Request(url, request);
}

function inLongNames(json: string): string {
  const named = LONG.reduce((text, [usual, long]) => text.replaceAll(`"${usual}"`, `"${long}"`), json);
  return named.replace(COUNTS, '"$1":10000000');
}

/** Lists are empty; what else is said stays. */
function withoutItems(json: string): string {
  const value = JSON.parse(json) as unknown;
  if (typeof value !== 'object' || value === null) return json;
  return JSON.stringify(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, Array.isArray(each) ? [] : each])));
}
