/** An id as a key of the page: keys with spaces do not survive the way from the server. */
export function keyFor(id: string): string {
  return encodeURIComponent(id);
}
