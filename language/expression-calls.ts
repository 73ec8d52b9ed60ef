/** The functions and macros of conditions. */

import { ExpressionSyntaxError, type Token } from '#language/expression-lexer';
import type { CallName, Expr, MacroName } from '#language/expression-tree';
import { didYouMean } from '#language/nearest';

const MACROS: ReadonlySet<string> = new Set<MacroName>(['all', 'exists', 'exists_one', 'filter', 'map']);

/** Functions with the number of their arguments; `a.f(b)` is `f(a, b)`. */
const CALLS: { [name in CallName]: number } = {
  size: 1,
  has: 1,
  int: 1,
  double: 1,
  string: 1,
  lower: 1,
  upper: 1,
  trim: 1,
  contains: 2,
  startsWith: 2,
  endsWith: 2,
  matches: 2,
};
const ALIASES: ReadonlyMap<string, CallName> = new Map([
  ['len', 'size'],
  ['length', 'size'],
  ['float', 'double'],
  ['toInt', 'int'],
  ['toFloat', 'double'],
  ['toString', 'string'],
  ['lowerAscii', 'lower'],
  ['upperAscii', 'upper'],
  ['hasPrefix', 'startsWith'],
  ['hasSuffix', 'endsWith'],
  ['starts_with', 'startsWith'],
  ['ends_with', 'endsWith'],
]);

export function isMacro(name: string): name is MacroName {
  return MACROS.has(name);
}

/** A call of the function that `token` names. Throws ExpressionSyntaxError: there is none, or it takes another number of values. */
export function callOf(token: Token, args: Expr[]): Expr {
  const name = Object.hasOwn(CALLS, token.text) ? (token.text as CallName) : ALIASES.get(token.text);
  if (name === undefined) {
    const known = [...Object.keys(CALLS), ...ALIASES.keys(), ...MACROS];
    throw new ExpressionSyntaxError(`Unknown function "${token.text}".`, token.at, token.end, didYouMean(token.text, known), 'function');
  }
  if (args.length !== CALLS[name]) {
    throw new ExpressionSyntaxError(`"${token.text}" takes ${CALLS[name]} value${CALLS[name] === 1 ? '' : 's'}, not ${args.length}.`, token.at, token.end);
  }
  return { kind: 'call', name, args };
}
