/**
 * Whether strangers share the platform. Local development is what says so by its one word. Whatever else MODE says, a slip of
 * the pen or nothing at all, is hosted mode: what was forgotten closes doors, and opens none.
 */
export function isHosted({ MODE }: { MODE?: string }): boolean {
  return MODE !== 'local';
}
