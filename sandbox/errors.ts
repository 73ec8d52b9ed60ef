/** Why a script gave nothing. */

/** `limit`: it took too long or too much memory. `raised`: it threw, or is no script. */
export class ScriptError extends Error {
  constructor(
    readonly kind: 'limit' | 'raised',
    message: string,
  ) {
    super(message);
    this.name = 'ScriptError';
  }
}
