/**
 * Headers that belong to one connection (RFC 9110, section 7.6.1), and never go on to the next one, whichever way: those
 * known as such, all of `proxy-*`, and those that the `Connection` header of the same message names.
 */
const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Whether a header, by its name in lower case, stays behind. `connection`: the value of that header, where there is one. */
export function hopByHop(connection: string | null | undefined): (name: string) => boolean {
  const named = connection ? new Set(connection.toLowerCase().split(/[\s,]+/)) : undefined;
  return (name) => OF_ONE_CONNECTION.has(name) || name.startsWith('proxy-') || named?.has(name) === true;
}
