/** Bodies that can be sent several times: short ones, which have come by the time that anybody is missed. */
import { readBody, toldLength } from '#workers/door/request-body';

/** What is longer is handed on as it comes. */
export const SHORT_BYTES = 64 * 1024;

/** A short body, whole, or `null` for none. `undefined`: it can be sent once. Throws Problem: body_too_slow, invalid_request. */
export async function keptBody(request: Request, headers: Headers): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  if (!request.body) return null;
  const length = toldLength(headers);
  return length === undefined || length > SHORT_BYTES ? undefined : readBody(request, SHORT_BYTES);
}
