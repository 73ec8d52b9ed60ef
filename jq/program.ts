/**
 * The room's door: source to program, program and value to outputs.
 *
 * Invariants
 * 1. A run neither changes its input nor keeps anything of it.
 * 2. A run ends: within its steps and bytes, or with JqLimitError.
 * 3. What comes out is plain JSON, no deeper than a reader of it can take, and no larger than the budget.
 */
import type { Json, JsonObject } from '#contracts/json';
import { type Budget, DEFAULT_BUDGET, grow, withBudget } from '#jq/budget';
import type { Code } from '#jq/code';
import { compile } from '#jq/compile';
import { JqHalt, JqLimitError, JqSyntaxError } from '#jq/errors';
import { parse } from '#jq/parser';
import { Scope } from '#jq/scope';
import { put } from '#jq/values';

/** What an output may nest; above it, writing it as JSON may fail. */
const MAX_OUTPUT_DEPTH = 200;

export class JqProgram {
  private constructor(private readonly code: Code) {}

  /** Throws JqSyntaxError. */
  static compile(source: string): JqProgram {
    try {
      return new JqProgram(compile(parse(source), Scope.root));
    } catch (error) {
      if (error instanceof RangeError) throw new JqSyntaxError('The program nests too deep.', 0, source.length);
      throw error;
    }
  }

  /** All outputs; `now` in epoch ms. Throws JqError (raised by the program), JqLimitError, or JqHalt (it halts with an error). */
  run(input: Json, now: number, budget: Budget = DEFAULT_BUDGET): Json[] {
    const outputs: Json[] = [];
    this.each(input, now, (output) => outputs.push(output), budget);
    return outputs;
  }

  /** As `run`, with each output as it comes: those before an error too. */
  each(input: Json, now: number, see: (output: Json) => void, budget: Budget = DEFAULT_BUDGET): void {
    withBudget(budget, now, () => {
      const { one } = this.code;
      try {
        if (one) return see(plain(one(input, null), 0));
        this.code.each(input, null, (value) => {
          see(plain(value, 0));
          return undefined;
        });
      } catch (error) {
        if (!(error instanceof JqHalt) || error.failed) throw error;
      }
    });
  }
}

/** The value as JSON can say it: NaN is null, infinities are the largest numbers. Most values are returned as they are. */
function plain(value: Json, depth: number): Json {
  grow(16);
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? null : Math.sign(value) * Number.MAX_VALUE;
  if (typeof value === 'string') {
    grow(value.length);
    return value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_OUTPUT_DEPTH) throw new JqLimitError('depth');
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (plain(value[i]!, depth + 1) !== value[i]) return value.map((item) => plain(item, depth + 1));
    }
    return value;
  }
  const keys = Object.keys(value);
  if (keys.every((key) => plain(value[key]!, depth + 1) === value[key])) return value;
  const copy: JsonObject = {};
  for (const key of keys) put(copy, key, plain(value[key]!, depth + 1));
  return copy;
}
