/** The three ways in which a program ends badly: it is not one, it raises an error of its own, or it takes too much. */
import type { Json } from '#contracts/json';

/** The source is no jq program. `at` and `end` are offsets in UTF-16 units. */
export class JqSyntaxError extends Error {
  constructor(
    message: string,
    readonly at: number,
    readonly end: number,
  ) {
    super(message);
    this.name = 'JqSyntaxError';
  }
}

/**
 * An error raised by the program, which `try` may catch. Deliberately no `Error`: programs raise and catch thousands,
 * and each stack trace would cost more than the program.
 */
export class JqError {
  constructor(readonly value: Json) {}
}

export type LimitKind = 'fuel' | 'memory' | 'depth';

const LIMIT_MESSAGES: { [kind in LimitKind]: string } = {
  fuel: 'The program takes too many steps.',
  memory: 'The program builds too much data.',
  depth: 'The program, or a value that it builds, nests too deep.',
};

/** A bound was reached. No `try` of the program catches it. */
export class JqLimitError extends Error {
  constructor(readonly kind: LimitKind) {
    super(LIMIT_MESSAGES[kind]);
    this.name = 'JqLimitError';
  }
}

/** `halt` and `halt_error`: the run ends here. No `try` of the program catches it. */
export class JqHalt {
  constructor(
    readonly failed: boolean,
    readonly value: Json,
  ) {}
}
