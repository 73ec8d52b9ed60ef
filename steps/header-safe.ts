/** A key as a header can carry it: headers have visible ASCII. Everything else is percent-encoded, so that different keys stay different. */
export function headerSafe(key: string): string {
  return /^[\x20-\x7e]*$/.test(key) ? key : encodeURIComponent(key);
}
