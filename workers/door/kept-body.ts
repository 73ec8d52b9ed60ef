/** Bodies that can be sent several times: those whose length is told, which are taken whole before they go on. On one machine. */
import { readBody, toldLength } from '#workers/door/request-body';

/** The body, or `null` for none. `undefined`: it comes in chunks or is larger than `limit`, and can be sent once. Throws Problem: body_too_slow, invalid_request. */
export async function keptBody(request: Request, headers: Headers, limit: number): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  if (!request.body) return null;
  const length = toldLength(headers);
  return length === undefined || length > limit ? undefined : readBody(request, limit);
}
