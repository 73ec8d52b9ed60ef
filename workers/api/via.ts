/**
 * Requests that a step has made in this process, with the execution that it stands in. Kept beside the request and in no
 * header, so that nobody can claim it from outside.
 */
const SENDERS = new WeakMap<Request, string>();

/** `via`: `execution:{id}`, as logs name it. */
export function sentBy(request: Request, via: string): Request {
  SENDERS.set(request, via);
  return request;
}

export function viaOf(request: Request): string | undefined {
  return SENDERS.get(request);
}
