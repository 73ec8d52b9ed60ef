/** 32 bits of FNV-1a, of the code units of a text or of bytes: spreads names evenly, hides nothing. Never changed: shards, actors and flags are chosen by it. */
export function fnv1a(input: string | Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < input.length; at++) hash = Math.imul(hash ^ (typeof input === 'string' ? input.charCodeAt(at) : input[at]!), 0x01000193);
  return hash >>> 0;
}
