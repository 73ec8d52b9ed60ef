/** Whether a key is one of so many: what is done now and then is done by every attempt of the same keys. */
export function sampled(key: string, one_in: number): boolean {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) >>> 0;
  return hash % one_in === 0;
}
