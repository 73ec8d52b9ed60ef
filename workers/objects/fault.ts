/**
 * What it means that a call of an object has failed.
 *
 * 1. It is read off the marks that the runtime sets on an exception, and off a Problem's own name and code; never off a message.
 * 2. An object that is overloaded is never called again by itself, whatever else is marked: that would make it worse.
 */
import { isProblemCode, Problem, type ProblemDetail } from '#contracts/problems';

/**
 * gone: this instance of the object has ended (a deployment, a bound of the runtime, `ctx.abort`), or the way to it was cut. The next is there at once.
 * overloaded: it has more to do than it can.
 * problem: it has answered, with a Problem.
 * defect: its program has thrown something that nobody foresaw.
 */
export type ObjectFault = 'gone' | 'overloaded' | 'problem' | 'defect';

interface Marks {
  name?: unknown;
  code?: unknown;
  overloaded?: unknown;
  retryable?: unknown;
  durableObjectReset?: unknown;
}

export function faultOf(thrown: unknown): ObjectFault {
  if (typeof thrown !== 'object' || thrown === null) return 'defect';
  const { name, code, overloaded, retryable, durableObjectReset } = thrown as Marks;
  if (name === 'Problem' && typeof code === 'string' && isProblemCode(code)) return 'problem';
  if (overloaded === true) return 'overloaded';
  return durableObjectReset === true || retryable === true ? 'gone' : 'defect';
}

/** What was thrown past the doors of the objects (a store, a stream), to a caller. `undefined`: a defect. */
export function platformProblem(thrown: unknown): Problem | undefined {
  switch (faultOf(thrown)) {
    case 'problem':
      return problemFrom(thrown);
    case 'gone':
      return new Problem('object_unavailable', undefined, { cause: thrown });
    case 'overloaded':
      return new Problem('object_overloaded', undefined, { cause: thrown });
    case 'defect':
      return undefined;
  }
}

/** A Problem comes out of an object as an Error with its fields. Only for what `faultOf` calls a problem. */
export function problemFrom(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const { code, message, errors, extra, cause } = thrown as Problem;
  return new Problem(code, message, {
    ...(Array.isArray(errors) ? { errors: errors as ProblemDetail[] } : {}),
    ...(typeof extra === 'object' && extra !== null ? { extra } : {}),
    cause,
  });
}
