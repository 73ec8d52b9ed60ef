/** A path of this origin: not `//elsewhere`, and nothing that a browser might read as such. */
export function isOwnPage(next: string | null | undefined): next is string {
  return typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\');
}
