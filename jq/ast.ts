/** The tree of a program. `at` and `end` are offsets of the source, for messages. */
import type { Json } from '#contracts/json';

export type Arithmetic = '+' | '-' | '*' | '/' | '%';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Assignment = '=' | '|=' | '//=' | '+=' | '-=' | '*=' | '/=' | '%=';

export type Node =
  | { kind: 'identity' }
  | { kind: 'literal'; value: Json }
  | { kind: 'text'; format: string; parts: (string | Node)[]; at: number; end: number }
  | { kind: 'format'; name: string; at: number; end: number }
  | { kind: 'index'; target: Node; key: Node; at: number; end: number }
  | { kind: 'slice'; target: Node; from: Node | undefined; to: Node | undefined }
  | { kind: 'iterate'; target: Node }
  | { kind: 'array'; body: Node | undefined }
  | { kind: 'object'; entries: { key: Node; value: Node }[] }
  | { kind: 'negate'; body: Node }
  | { kind: 'pipe'; left: Node; right: Node }
  | { kind: 'comma'; left: Node; right: Node }
  | { kind: 'arithmetic'; op: Arithmetic; left: Node; right: Node }
  | { kind: 'comparison'; op: Comparison; left: Node; right: Node }
  | { kind: 'logic'; op: 'and' | 'or'; left: Node; right: Node }
  | { kind: 'alternative'; left: Node; right: Node }
  | { kind: 'assignment'; op: Assignment; left: Node; right: Node }
  | { kind: 'if'; test: Node; then: Node; else: Node }
  | { kind: 'try'; body: Node; handler: Node | undefined }
  | { kind: 'reduce'; source: Node; patterns: Pattern[]; start: Node; update: Node }
  | { kind: 'foreach'; source: Node; patterns: Pattern[]; start: Node; update: Node; extract: Node | undefined }
  | { kind: 'bind'; source: Node; patterns: Pattern[]; body: Node }
  | { kind: 'label'; name: string; body: Node }
  | { kind: 'break'; name: string; at: number; end: number }
  | { kind: 'define'; definition: Definition; body: Node }
  | { kind: 'call'; name: string; args: Node[]; at: number; end: number }
  | { kind: 'variable'; name: string; at: number; end: number };

export type Pattern =
  | { kind: 'variable'; name: string }
  | { kind: 'array'; items: Pattern[] }
  /** `variable`: the value is bound to it as well, or only to it when there is no `pattern`. */
  | { kind: 'object'; entries: { key: Node; variable: string | undefined; pattern: Pattern | undefined }[] };

export interface Definition {
  name: string;
  /** Parameters; with `$` in front, a value. */
  params: string[];
  body: Node;
  at: number;
}
