/** The parsed form of a template. `at` and `end` are offsets into its source. */

export class TemplateSyntaxError extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    readonly kind: 'template' | 'function' | 'expression' = 'template',
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'TemplateSyntaxError';
  }
}

export type Part =
  | { kind: 'text'; text: string }
  /** `${NAME}`: never filled in here. */
  | { kind: 'secret'; name: string; at: number; end: number }
  /** `${ … }` with one of the heads steps, trigger, body, meta, current. */
  | { kind: 'expression'; source: string; at: number; end: number }
  | { kind: 'action'; pipe: Pipe; at: number; end: number }
  | { kind: 'if'; branches: { pipe: Pipe; body: Part[] }[]; otherwise: Part[] }
  | { kind: 'with'; pipe: Pipe; body: Part[]; otherwise: Part[] }
  | { kind: 'range'; pipe: Pipe; key?: number; value?: number; assign: boolean; body: Part[]; otherwise: Part[] }
  | { kind: 'break' }
  | { kind: 'continue' };

/** `$x := a | b | c`. Variables are numbered by the parser. */
export interface Pipe {
  declare?: number;
  assign?: number;
  commands: Command[];
  at: number;
  end: number;
}

export type Command = { kind: 'value'; operand: Operand } | { kind: 'call'; name: string; args: Operand[]; at: number; end: number };

export type Operand =
  | { kind: 'literal'; value: null | boolean | number | string; at: number; end: number }
  /** `.`, `.a.b`, `$.a`, `$x.a`, `name.a`, `(pipe).a`. */
  | { kind: 'chain'; base: Base; keys: string[]; at: number; end: number }
  | { kind: 'pipe'; pipe: Pipe; at: number; end: number }
  | { kind: 'call'; name: string; at: number; end: number };

export type Base = { kind: 'dot' } | { kind: 'root' } | { kind: 'bare'; name: string } | { kind: 'variable'; slot: number } | { kind: 'pipe'; pipe: Pipe };

export interface Template {
  parts: Part[];
  /** How many variables are declared. */
  slots: number;
}
