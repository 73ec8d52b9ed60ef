/**
 * What one step sees of the others: their names, which are checked where they are read, and who is told of each read, for
 * whether a step has run by then is only known once all of them are.
 */
import type { Range } from '#language/source';

export interface StepView {
  names: ReadonlySet<string>;
  /** The step itself, which is hardly meant where a name is misspelt: it has no output yet. Absent in undoing. */
  own?: string;
  /** Told of each read of a step that there is. Absent where the order is of no account, as in undoing. */
  reads?(name: string, path: string, range: Range): void;
}
