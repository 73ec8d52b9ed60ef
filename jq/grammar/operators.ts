/** The operators between two expressions, from loose to tight, and the node that each makes. */
import type { Arithmetic, Assignment, Comparison, Node } from '#jq/ast';

export interface Operator {
  level: number;
  /** The level that the right side is read at; `none`: the operator does not chain. */
  right: number;
  none?: boolean;
}

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['|', { level: 1, right: 1 }],
  [',', { level: 2, right: 3 }],
  ['//', { level: 3, right: 3 }],
  ...['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='].map((op): [string, Operator] => [op, { level: 4, right: 5, none: true }]),
  ['or', { level: 5, right: 6 }],
  ['and', { level: 6, right: 7 }],
  ...['==', '!=', '<', '<=', '>', '>='].map((op): [string, Operator] => [op, { level: 7, right: 8, none: true }]),
  ['+', { level: 8, right: 9 }],
  ['-', { level: 8, right: 9 }],
  ['*', { level: 9, right: 10 }],
  ['/', { level: 9, right: 10 }],
  ['%', { level: 9, right: 10 }],
]);

export const PIPE = 1;
/** Above the comma: values of an object are separated by it. */
export const NO_COMMA = 3;

export function binary(op: string, left: Node, right: Node): Node {
  switch (op) {
    case '|':
      return { kind: 'pipe', left, right };
    case ',':
      return { kind: 'comma', left, right };
    case '//':
      return { kind: 'alternative', left, right };
    case 'and':
    case 'or':
      return { kind: 'logic', op, left, right };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { kind: 'arithmetic', op: op satisfies Arithmetic, left, right };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { kind: 'comparison', op: op satisfies Comparison, left, right };
    default:
      return { kind: 'assignment', op: op as Assignment, left, right };
  }
}
