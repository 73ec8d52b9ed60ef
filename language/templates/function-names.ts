/** Every function of the template language with the number of its arguments, the piped one included. */

export interface Arity {
  min: number;
  max: number;
  /** How it is written, for error messages and the reference. */
  usage: string;
}

const MANY = 100;

export const ARITIES = {
  and: { min: 1, max: MANY, usage: 'and a b …' },
  or: { min: 1, max: MANY, usage: 'or a b …' },
  not: { min: 1, max: 1, usage: 'not a' },
  eq: { min: 2, max: MANY, usage: 'eq a b …' },
  ne: { min: 2, max: 2, usage: 'ne a b' },
  lt: { min: 2, max: 2, usage: 'lt a b' },
  le: { min: 2, max: 2, usage: 'le a b' },
  gt: { min: 2, max: 2, usage: 'gt a b' },
  ge: { min: 2, max: 2, usage: 'ge a b' },
  len: { min: 1, max: 1, usage: 'len value' },
  length: { min: 1, max: 1, usage: 'length value' },
  index: { min: 1, max: MANY, usage: 'index value key …' },
  slice: { min: 1, max: 3, usage: 'slice value from to' },
  print: { min: 0, max: MANY, usage: 'print a …' },
  printf: { min: 1, max: MANY, usage: 'printf format a …' },
  println: { min: 0, max: MANY, usage: 'println a …' },
  uuid: { min: 0, max: 0, usage: 'uuid' },
  uuidv4: { min: 0, max: 0, usage: 'uuidv4' },
  now: { min: 0, max: 1, usage: 'now layout' },
  lower: { min: 1, max: 1, usage: 'lower text' },
  upper: { min: 1, max: 1, usage: 'upper text' },
  title: { min: 1, max: 1, usage: 'title text' },
  default: { min: 1, max: 2, usage: 'default fallback value' },
  coalesce: { min: 0, max: MANY, usage: 'coalesce a b …' },
  trimPrefix: { min: 2, max: 2, usage: 'trimPrefix prefix text' },
  trimSuffix: { min: 2, max: 2, usage: 'trimSuffix suffix text' },
  trimSpace: { min: 1, max: 1, usage: 'trimSpace text' },
  json: { min: 1, max: 1, usage: 'json value' },
  config: { min: 1, max: MANY, usage: 'config "module.key"' },
  replace: { min: 3, max: 3, usage: 'replace old new text' },
  contains: { min: 2, max: 2, usage: 'contains needle hay' },
  hasPrefix: { min: 2, max: 2, usage: 'hasPrefix prefix text' },
  hasSuffix: { min: 2, max: 2, usage: 'hasSuffix suffix text' },
  split: { min: 2, max: 2, usage: 'split separator text' },
  join: { min: 2, max: 2, usage: 'join separator list' },
  urlEncode: { min: 1, max: 1, usage: 'urlEncode text' },
  b64: { min: 1, max: 1, usage: 'b64 text' },
  add: { min: 1, max: MANY, usage: 'add a b …' },
  sub: { min: 2, max: 2, usage: 'sub a b' },
  mul: { min: 1, max: MANY, usage: 'mul a b …' },
  div: { min: 2, max: 2, usage: 'div a b' },
  toInt: { min: 1, max: 1, usage: 'toInt value' },
  toFloat: { min: 1, max: 1, usage: 'toFloat value' },
  toString: { min: 1, max: 1, usage: 'toString value' },
  sum: { min: 1, max: 2, usage: 'sum list "key"' },
  pluck: { min: 2, max: 2, usage: 'pluck list "key"' },
  flatten: { min: 1, max: 1, usage: 'flatten list' },
  unique: { min: 1, max: 1, usage: 'unique list' },
  groupBy: { min: 2, max: 2, usage: 'groupBy list "key"' },
  sortBy: { min: 2, max: 2, usage: 'sortBy list "key"' },
  first: { min: 1, max: 1, usage: 'first list' },
  last: { min: 1, max: 1, usage: 'last list' },
  min: { min: 1, max: MANY, usage: 'min list "key"' },
  max: { min: 1, max: MANY, usage: 'max list "key"' },
  step: { min: 1, max: MANY, usage: 'step "name" "key" …' },
  trigger: { min: 0, max: MANY, usage: 'trigger "key" …' },
} as const satisfies { [name: string]: Arity };

export type FunctionName = keyof typeof ARITIES;

export const FUNCTION_NAMES: readonly string[] = Object.keys(ARITIES);

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(ARITIES, name);
}
