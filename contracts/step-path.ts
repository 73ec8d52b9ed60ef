/** Items, rounds and tries have numbers. */
const NUMBER = /^\d+$/;
/** A block that a jump has led to again: `fan#2`. */
const AGAIN = /#\d+$/;

/** The path in the definition of a step that ran, or of the lane that a strand went through: `each/charge` of `each/17/charge`. */
export function pathOf(run: string): string {
  return run
    .split('/')
    .filter((part) => !NUMBER.test(part))
    .map((part) => part.replace(AGAIN, ''))
    .join('/');
}
