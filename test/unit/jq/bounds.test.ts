/** Programs of strangers: whatever they are, they end, say why, and leave no trace for the next. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import type { Budget } from '#jq/budget';
import { JqError, JqHalt, JqLimitError, JqSyntaxError } from '#jq/errors';
import { JqProgram } from '#jq/program';

function run(source: string, input: Json = null): Json[] {
  return JqProgram.compile(source).run(input, 0);
}

/** Enough to see a bound reached without waiting for it. */
const SMALL = { steps: 200_000, bytes: 2 * 1024 * 1024 };
const BOUND = /^(?:fuel|memory|depth)$/;

/** The bound that the program reaches, or what it ended with. */
function limitOf(source: string, input: Json = null, budget: Budget = SMALL): string {
  try {
    const outputs = JqProgram.compile(source).run(input, 0, budget);
    return `ended with ${JSON.stringify(outputs).slice(0, 80)}`;
  } catch (error) {
    if (error instanceof JqLimitError) return error.kind;
    throw error;
  }
}

describe('a program without an end', () => {
  it.each([
    'def f: f; f',
    'def f: f, f; f',
    'def f: 1 + f; f',
    'def f(g): f(g | g); f(.)',
    'last(repeat(1))',
    'until(false; . + 1)',
    'last(range(infinite))',
    'reduce range(1e12) as $i (0; . + 1)',
    '[foreach range(1e12) as $i (0; . + 1; empty)]',
    '[recurse]|isempty(range(1e12) | empty)',
    'try last(repeat(1)) catch "caught"',
    'last(repeat(1)) // "instead"',
    'try (def f: 1 + f; f) catch "caught"',
    '. as [$a] ?// $a | last(repeat(1))',
    '[limit(1e12; repeat(1))]',
    'label $out | last(repeat(1))',
    '"\\(last(repeat(1)))"',
    'path(last(repeat(.a)))',
    '.[last(range(1e12))] = 1',
    '[range(1e6)] | [.[] as $x | .[] as $y | 1] | length',
  ])('%s', (source) => {
    expect(limitOf(source)).toMatch(BOUND);
  });
});

it.each(['("a" * 20000) | test("(b|c)d")', '("a" * 20000) | test("x*y")', '("a" * 100000) | test("b")'])(
  'a pattern that fits nowhere in a long text: %s',
  (source) => {
    expect(run(source)).toEqual([false]);
  },
);

describe('a program that builds without an end', () => {
  it.each([
    '[range(1e12)]',
    '"x" * 1e9',
    'reduce range(100) as $i ("x"; . + .)',
    'reduce range(100) as $i ([1]; . + .)',
    'reduce range(1e9) as $i (""; . + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")',
    'reduce range(1e9) as $i ([]; . + [$i])',
    'reduce range(1e9) as $i ({}; .["k\\($i)"] = $i)',
    'reduce range(1e6) as $i (null; [.])',
    'reduce range(200) as $i (1; [., .])',
    'reduce range(200) as $i (1; [., .]) | tojson',
    'reduce range(200) as $i (1; [., .]) | . == .',
    'reduce range(200) as $i (1; [., .]) | flatten',
    'reduce range(200) as $i (1; [., .]) | [..] | length',
    'reduce range(200) as $i (1; [., .]) | walk(.)',
    'reduce range(200) as $i (1; {a: ., b: .}) | [paths] | length',
    '[range(9) | [range(9)]] | [combinations] | length',
    'null | .[1e6] = 1',
    'null | [range(1000)] | map([limit(.; repeat(1))] | .[2000] = 1)',
    '"a,a" | [limit(1e9; repeat(splits(",")))]',
    '"abc" | gsub(""; "x" * 1e6) | gsub(""; "x" * 1e6)',
  ])('%s', (source) => {
    expect(limitOf(source)).toMatch(BOUND);
  });
});

describe('a pattern that backtracks without an end', () => {
  const text = `${'a'.repeat(40)}!`;
  it.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '(.*)*x', '^(([a-z])+.)+[A-Z]$', '(?:a?){30}a{30}b', '(?<=(a+)+)b', '(a+)+\\1b'])('%s', (pattern) => {
    expect(limitOf(`test(${JSON.stringify(pattern)})`, text.repeat(3))).toMatch(/^(?:fuel|memory|ended with \[false\])$/);
  });

  it('patterns have a size', () => {
    expect(() => run('test("(((a{1000}){1000}){1000})")', 'a')).toThrow(JqError);
    expect(() => run(`test("${'('.repeat(500)}")`, 'a')).toThrow(JqError);
  });
});

describe('what a program can see', () => {
  it.each<[string, Json, Json[]]>([
    ['.__proto__', {}, [null]],
    ['.constructor, .toString, .hasOwnProperty, .__defineGetter__', {}, [null, null, null, null]],
    ['.["constructor"]["constructor"]', {}, [null]],
    ['try .length catch "refused"', [], ['refused']],
    ['[.[]]', {}, [[]]],
    ['has("__proto__"), has("constructor")', {}, [false, false]],
    ['keys', {}, [[]]],
    ['{"__proto__": {"polluted": true}} | .polluted', null, [null]],
    ['{"__proto__": {"polluted": true}} | .__proto__.polluted', null, [true]],
    ['{} | .["__proto__"] = {"polluted": true} | .polluted', null, [null]],
    ['setpath(["__proto__", "polluted"]; true) | {}.polluted', {}, [null]],
    ['[{"key": "__proto__", "value": {"polluted": 1}}] | from_entries | .polluted', null, [null]],
    ['{} * {"__proto__": {"polluted": 1}} | .polluted', null, [null]],
    ['reduce ("__proto__", "constructor") as $k ({}; .[$k] += {"polluted": 1}) | .polluted', null, [null]],
    ['getpath(["constructor", "prototype"])', {}, [null]],
    ['delpaths([["__proto__", "toString"]]) | .x', { x: 1 }, [1]],
    ['"\\("x" | capture("(?<__proto__>x)") | keys)"', null, ['["__proto__"]']],
    ['$ENV, env, $ENV.PATH', null, [{}, {}, null]],
    ['[inputs]', null, [[]]],
    ['try input catch .', null, ['break']],
    ['now', null, [0]],
    ['$__loc__.file', null, ['<top-level>']],
  ])('%s', (source, input, outputs) => {
    expect(run(source, input)).toEqual(outputs);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('names neither files, modules nor the machine', () => {
    for (const source of ['import "a" as a; 1', 'include "a"; 1', 'input_line_number', 'get_search_list', 'modulemeta', '$__prog_args', 'ltrimstr::x']) {
      expect(() => JqProgram.compile(source), source).toThrow(JqSyntaxError);
    }
  });
});

describe('a run', () => {
  it('does not change its input', () => {
    const input = Object.freeze({ list: Object.freeze([1, 2, Object.freeze({ a: 1 })]) }) as unknown as Json;
    const sources = [
      '.list |= . + [3]',
      'reduce range(3) as $i (.; .list[0] += 1)',
      'del(.list[0])',
      '.list |= sort_by(.)',
      '[.. | numbers]',
      'walk(.)',
      '.list[2].a = 5',
    ];
    for (const source of sources) expect(run(source, input)).toHaveLength(1);
    expect(input).toEqual({ list: [1, 2, { a: 1 }] });
  });

  it('keeps nothing of the one before, also after it was stopped', () => {
    expect(limitOf('[range(1e12)]')).toMatch(BOUND);
    expect(run('[range(3)]')).toEqual([[0, 1, 2]]);
    expect(limitOf('def f: 1 + f; f')).toBe('depth');
    expect(run('def f: if . > 500 then . else . + 1 | f | . end; 0 | f')).toEqual([501]);
  });

  it('ends within the bounds of the platform too', () => {
    expect(() => run('def f: f; f')).toThrow(JqLimitError);
  });

  it('changes a state in place only where nobody else knows it', () => {
    expect(run('reduce range(3) as $i ([[]]; .[0] += [$i] | . as $s | . + [$s[0]])')).toEqual([[[0, 1, 2], [0], [0, 1], [0, 1, 2]]]);
    expect(run('reduce range(3) as $i ({n: [0]}; .n[0] += 1 | .seen = (.seen + [.n]))')).toEqual([{ n: [3], seen: [[1], [2], [3]] }]);
    expect(run('reduce range(3) as $i ([0]; .[0] |= . + 1 | .[1] |= [.])')).toEqual([[3, [[[null]]]]]);
    expect(run('. as $d | reduce range(2) as $i ($d; .a += 1) | [., $d]', { a: 1 })).toEqual([[{ a: 3 }, { a: 1 }]]);
    expect(run('[foreach range(3) as $i ([]; . + [$i])]')).toEqual([[[0], [0, 1], [0, 1, 2]]]);
  });

  it('stops where it halts', () => {
    expect(run('1, halt, 2')).toEqual([1]);
    expect(() => run('"stop" | halt_error')).toThrow(JqHalt as never);
  });

  it('gives plain JSON: numbers that JSON cannot say become those it can', () => {
    expect(run('[nan, infinite, -infinite, {a: nan}]')).toEqual([[null, Number.MAX_VALUE, -Number.MAX_VALUE, { a: null }]]);
  });
});

describe('a program that is none', () => {
  it.each<[string, string, number]>([
    ['.a | | .b', '"|" was not expected', 5],
    ['.a.', '"." was not expected', 2],
    ['[1, 2', 'The program ends too early', 5],
    ['"abc', 'A string is not closed', 0],
    ['"\\q"', 'An escape in a string', 1],
    ['foo(1)', 'There is no function foo/1', 0],
    ['map', 'map takes 1 arguments', 0],
    ['$x', 'The variable $x is not defined', 0],
    ['break $x', 'There is no label $x', 0],
    ['. as [] | 1', '"]" was not expected', 6],
    ['@nope', '@nope is not a format', 0],
    ['if . then 1', '"end" is needed here', 11],
    ['1 == 2 == 3', 'does not follow on another of its kind', 7],
    ['import "a" as a; .', 'there are no modules here', 0],
    ['.a ` 1', 'has no meaning here', 3],
  ])('%s', (source, message, at) => {
    let fault: unknown;
    try {
      JqProgram.compile(source);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(JqSyntaxError);
    expect((fault as JqSyntaxError).message).toContain(message);
    expect((fault as JqSyntaxError).at).toBe(at);
  });

  it('may not nest or grow without an end', () => {
    for (const source of [
      '('.repeat(5000),
      '['.repeat(100_000),
      `${'-'.repeat(50_000)}1`,
      '"\\('.repeat(1000),
      `${'.a|'.repeat(20_000)}.`,
      `1${'+1'.repeat(30_000)}`,
      'def f: '.repeat(9000),
    ]) {
      expect(() => JqProgram.compile(source).run(null, 0), source.slice(0, 20)).toThrow(/nest|size|characters|deep|steps/i);
    }
  });
});
