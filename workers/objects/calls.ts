/**
 * The door through which every object is called.
 *
 * Invariants
 * 1. Each RPC of an object says in its plan whether it may be sent again once the object was gone. One that is not in the
 *    plan does not compile: whoever adds an RPC decides about it.
 * 2. After a failure the stub is a new one, for the old may stay broken.
 * 3. What is sent again is sent TRIES times at most, each time after a pause that is drawn anew, so that callers of one object do not
 *    come back in step. What an object overloaded refuses is not sent again.
 * 4. A failure that is the platform's comes out as a Problem that says so (503, Retry-After), one of the object's as the Problem
 *    that it was. What else an object throws is a defect, and stays what it is.
 */
import { Problem } from '#contracts/problems';
import { faultOf, problemFrom } from '#workers/objects/fault';

/**
 * `again`: done twice it is done once, or it changes nothing. `once`: it may have been done, and a second time would be another.
 * A function says it of the arguments, and what to send in their place after so many ms; `undefined`: nothing.
 */
export type Again<A extends unknown[]> = 'again' | 'once' | ((args: A, elapsedMs: number) => A | undefined);

export type CallPlan<R> = { readonly [M in keyof R]: R[M] extends (...args: infer A) => unknown ? Again<A> : never };

export interface Means {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  wait(ms: number): Promise<void>;
  report(line: object): void;
}

const TRIES = 3;
/** The longest pause before the second call; before the third four times that, ms. */
const PAUSE_MS = 60;

const MEANS: Means = {
  now: Date.now,
  random: Math.random,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  report: (line) => console.error(JSON.stringify(line)),
};

/** A new stub. What makes it has settled which object it is: a second one is of the same. */
type Open = () => object;
type Call = (...args: unknown[]) => Promise<unknown>;

/** `what`: the object, as a reader of the Problem knows it. Made once for each class: a call costs a function more than the bare one. */
export function callsOf<R extends object>(what: string, plan: CallPlan<R>, means: Means = MEANS): (open: Open) => R {
  class Calls {
    constructor(readonly open: Open) {}
  }
  for (const [method, again] of Object.entries(plan) as [string, Again<unknown[]>][]) {
    const door = { what, method, again, means };
    Object.defineProperty(Calls.prototype, method, {
      value(this: Calls, ...args: unknown[]) {
        return call(door, this.open, args);
      },
    });
  }
  return (open) => new Calls(open) as unknown as R;
}

interface Door {
  what: string;
  method: string;
  again: Again<unknown[]>;
  means: Means;
}

async function call(door: Door, open: Open, given: unknown[]): Promise<unknown> {
  const { method, again, means } = door;
  const begun = means.now();
  for (let tries = 1, args = given; ; tries++) {
    try {
      return await (open() as Record<string, Call>)[method]!(...args);
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault === 'problem') throw problemFrom(thrown);
      if (fault === 'defect') throw thrown;
      const next = fault === 'gone' ? sentAgain(again, given, means.now() - begun) : undefined;
      if (!next || tries === TRIES) throw unanswered(door, fault, tries, thrown);
      args = next;
      await means.wait(PAUSE_MS * 4 ** (tries - 1) * (0.5 + means.random() / 2));
    }
  }
}

function sentAgain(again: Again<unknown[]>, given: unknown[], elapsedMs: number): unknown[] | undefined {
  if (again === 'once') return undefined;
  return again === 'again' ? given : again(given, elapsedMs);
}

/** The operator is told what the runtime said; the caller, what it means. */
function unanswered({ what, method, means }: Door, fault: 'gone' | 'overloaded', tries: number, thrown: unknown): Problem {
  const code = fault === 'gone' ? 'object_unavailable' : 'object_overloaded';
  means.report({ level: 'warn', code, object: what, call: method, tries, message: String(thrown) });
  const detail = fault === 'gone' ? `The ${what} was restarted, or could not be reached, while it was asked.` : `The ${what} has more to do than it can.`;
  return new Problem(code, detail, { cause: thrown });
}
