/** Regular expressions: `test`, `match`, `capture`, `scan`, `split/2`, `splits`, `sub`, `gsub`. Offsets count code points. */
import type { Json, JsonObject } from '#contracts/json';
import { add, concatText } from '#jq/arithmetic';
import { burn, grow } from '#jq/budget';
import { type Code, type Env, many, type Signal } from '#jq/code';
import { hasPairs } from '#jq/paths';
import { type Match, Regex } from '#jq/regex/machine';
import { PatternError } from '#jq/regex/pattern-error';
import { described, put, raise, typeOf } from '#jq/values';

interface Search {
  regex: Regex;
  global: boolean;
  longest: boolean;
  notEmpty: boolean;
}

const MAX_CACHED = 200;
const cache = new Map<string, Search>();

function search(pattern: Json, flags: Json): Search {
  if (typeof pattern !== 'string') return raise(`${described(pattern)} is not a string`);
  if (flags !== null && typeof flags !== 'string') return raise(`${described(flags)} is not a string`);
  const key = `${flags ?? ''}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const found = compiled(pattern, flags ?? '');
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, found);
  return found;
}

function compiled(pattern: string, flags: string): Search {
  for (const flag of flags) if (!'gixmspln'.includes(flag)) raise(`${flags} is not a valid modifier string`);
  const has = (flag: string) => flags.includes(flag);
  burn(pattern.length * 4);
  try {
    const regex = new Regex(pattern, { ignoreCase: has('i'), extended: has('x'), dotAll: has('m') || has('p'), multiLine: false });
    return { regex, global: has('g'), longest: has('l'), notEmpty: has('n') };
  } catch (error) {
    if (error instanceof PatternError) return raise(`Regex failure: ${error.message}`);
    throw error;
  }
}

/** The matches; all of them where the flags, or `all`, say so. */
function* matches(input: Json, { regex, global, longest, notEmpty }: Search, all = false): Generator<Match> {
  if (typeof input !== 'string') return raise(`${described(input)} cannot be matched, as it is not a string`);
  for (let from = 0; from <= input.length; ) {
    const found = longest ? longestMatch(regex, input, from) : regex.search(input, from);
    if (!found) return;
    const empty = found.start === found.end;
    if (!empty || !notEmpty) yield found;
    if (!global && !all && !(empty && notEmpty)) return;
    from = empty ? found.end + (input.codePointAt(found.end)! > 0xffff ? 2 : 1) : found.end;
  }
}

function longestMatch(regex: Regex, text: string, from: number): Match | undefined {
  let best: Match | undefined;
  for (let found = regex.search(text, from); found; found = regex.search(text, found.start + 1)) {
    if (!best || found.end - found.start > best.end - best.start) best = found;
    if (found.start >= text.length) break;
  }
  return best;
}

/** Turns places in UTF-16 units, asked for in rising order, into counts of code points. */
function counter(text: string): (at: number) => number {
  if (!hasPairs(text)) return (at) => at;
  let [unit, point] = [0, 0];
  return (at) => {
    if (at < unit) [unit, point] = [0, 0];
    burn((at - unit) >> 2);
    for (; unit < at; point++) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
    return point;
  };
}

function matchObject(text: string, match: Match, names: readonly (string | null)[], count: (at: number) => number): JsonObject {
  grow(200 + 160 * names.length);
  const span = (start: number, end: number) => {
    const offset = count(start);
    return { offset, length: count(end) - offset, string: text.slice(start, end) };
  };
  const whole = span(match.start, match.end);
  const captures = names.map((name, index): Json => {
    const group = match.groups[index];
    // An empty match has, as jq tells it, only empty groups.
    if (whole.length === 0) return { offset: whole.offset, string: '', length: 0, name };
    if (!group) return { offset: -1, string: null, length: 0, name };
    return { ...span(group.start, group.end), name };
  });
  return { ...whole, captures };
}

function captured(text: string, match: Match, names: readonly (string | null)[]): JsonObject {
  const out: JsonObject = {};
  grow(32 + 24 * names.length);
  for (const [index, name] of names.entries()) {
    if (name === null) continue;
    const group = match.groups[index];
    put(out, name, match.start === match.end ? '' : group ? text.slice(group.start, group.end) : null);
  }
  return out;
}

type Finder = (input: Json, search: Search) => Iterable<Json>;

/** Pattern and flags as arguments, or one argument that is a pattern or a list of both. */
function matcher(find: Finder): (args: readonly Code[]) => Code {
  return ([pattern, flags]) => {
    const chosen = (source: Json, given: Json): Search => {
      if (flags) return search(source, given);
      if (typeof source === 'string') return search(source, null);
      if (Array.isArray(source) && source.length > 0) return search(source[0]!, source[1] ?? null);
      return raise(`${typeOf(source)} not a string or array`);
    };
    const run = (input: Json, found: Search, emit: (value: Json) => Signal): Signal => {
      for (const value of find(input, found)) {
        const signal = emit(value);
        if (signal) return signal;
      }
      return undefined;
    };
    return many(
      (input, env, emit) => {
        if (!flags) return pattern!.each(input, env, (source) => run(input, chosen(source, null), emit));
        return flags.each(input, env, (given) => pattern!.each(input, env, (source) => run(input, chosen(source, given), emit)));
      },
      undefined,
      pattern!.breaks || flags?.breaks === true,
    );
  };
}

function joined(flags: Json, more: string): Json {
  return more === '' ? flags : add(flags, more);
}

const test: Finder = function* (input, found) {
  for (const _ of matches(input, found)) return yield true;
  yield false;
};

const match: Finder = function* (input, found) {
  const count = typeof input === 'string' ? counter(input) : Number;
  for (const one of matches(input, found)) yield matchObject(input as string, one, found.regex.names, count);
};

const capture: Finder = function* (input, found) {
  for (const one of matches(input, found)) yield captured(input as string, one, found.regex.names);
};

const scan: Finder = function* (input, found) {
  for (const one of matches(input, found, true)) {
    const text = (span: { start: number; end: number } | undefined) => (span ? (input as string).slice(span.start, span.end) : null);
    grow(32 + 16 * one.groups.length);
    yield one.groups.length === 0 ? text(one) : one.groups.map((group) => (one.start === one.end ? '' : text(group)));
  }
};

const splits: Finder = function* (input, found) {
  let at = 0;
  for (const one of matches(input, found, true)) {
    grow(16);
    yield (input as string).slice(at, one.start);
    at = one.end;
  }
  yield (input as string).slice(at);
};

const split: Finder = function* (input, found) {
  yield [...splits(input, found)];
};

/** Each output of the replacement gives an output; none at all leaves the text as it is. */
function substitute(moreFlags: string): (args: readonly Code[]) => Code {
  return ([pattern, replacement, flags]) => {
    const run = (input: Json, env: Env, source: Json, given: Json, emit: (value: Json) => Signal): Signal => {
      const found = search(source, joined(given, moreFlags));
      const results: Json[] = [];
      let at = 0;
      for (const one of matches(input, found)) {
        const gap = (input as string).slice(at, one.start);
        let index = 0;
        const signal = replacement!.each(captured(input as string, one, found.regex.names), env, (text) => {
          const before = results[index] ?? null;
          const piece = add(gap, text);
          results[index++] = typeof before === 'string' && typeof piece === 'string' ? concatText(before, piece) : add(before, piece);
          return undefined;
        });
        if (signal) return signal;
        at = one.end;
      }
      if (results.length === 0) return emit(input);
      for (const result of results) {
        const signal = emit(add(result, (input as string).slice(at)));
        if (signal) return signal;
      }
      return undefined;
    };
    return many(
      (input, env, emit) => {
        const withPattern = (given: Json) => pattern!.each(input, env, (source) => run(input, env, source, given, emit));
        return flags ? flags.each(input, env, withPattern) : withPattern(null);
      },
      undefined,
      [pattern!, replacement!, ...(flags ? [flags] : [])].some((code) => code.breaks),
    );
  };
}

export const MATCHING: ReadonlyMap<string, (args: readonly Code[]) => Code> = new Map([
  ['test/1', matcher(test)],
  ['test/2', matcher(test)],
  ['match/1', matcher(match)],
  ['match/2', matcher(match)],
  ['capture/1', matcher(capture)],
  ['capture/2', matcher(capture)],
  ['scan/1', matcher(scan)],
  ['scan/2', matcher(scan)],
  ['splits/1', matcher(splits)],
  ['splits/2', matcher(splits)],
  ['split/2', matcher(split)],
  ['sub/2', substitute('')],
  ['sub/3', substitute('')],
  ['gsub/2', substitute('g')],
  ['gsub/3', substitute('g')],
]);
