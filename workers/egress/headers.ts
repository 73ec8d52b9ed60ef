/** Headers on their way out and back in: what belongs to one connection stays with it. */
import { hopByHop } from '#contracts/hop-by-hop';

/** Of requests, beside those of one connection: the runtime says where a call goes and how long its body is. */
const OF_THE_RUNTIME = new Set(['host', 'content-length', 'expect']);
/**
 * Of calls that come back to the platform: Cloudflare takes this header for the address of who calls where a call stays in one
 * zone, and bounds on guessing and the audit log go by that address.
 */
const OF_THE_EDGE = ['x-real-ip'];
/** Of answers that stream on: the runtime has unpacked the body, so that neither is true any more. */
const OF_THE_PACKING = new Set(['content-encoding', 'content-length']);

export function sentHeaders(headers: Headers): Headers {
  return without(headers, OF_THE_RUNTIME);
}

export function passedHeaders(headers: Headers): Headers {
  return without(headers, OF_THE_PACKING);
}

function without(headers: Headers, more: ReadonlySet<string>): Headers {
  const staysBehind = hopByHop(headers.get('connection'));
  const kept = new Headers(headers);
  for (const name of [...headers.keys()]) if (staysBehind(name) || more.has(name)) kept.delete(name);
  return kept;
}

/** What does not go along to a host, by names. `home`: domain of the platform. */
export function withheldFrom(hostname: string, home: string | undefined): readonly string[] {
  const name = hostname.replace(/\.+$/, '');
  return home !== undefined && (name === home || name.endsWith(`.${home}`)) ? OF_THE_EDGE : [];
}

/** Of a step: however its name is written, a header is sent once, with its latest value. */
export function headersOfStep(given: Record<string, string>): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name in given) sent[name.toLowerCase()] = given[name]!;
  const staysBehind = hopByHop(sent.connection);
  for (const name in sent) if (staysBehind(name) || OF_THE_RUNTIME.has(name)) delete sent[name];
  return sent;
}

/** For a step. How long the answer was and how it was packed are told as well: a step sees the whole of it. */
export function headersForStep(headers: Headers): Record<string, string> {
  const staysBehind = hopByHop(headers.get('connection'));
  const record: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (!staysBehind(name)) record[name] = value;
  });
  return record;
}
