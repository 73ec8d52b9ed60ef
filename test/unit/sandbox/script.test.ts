/** Scripts of strangers: what they can reach, what they can leave behind, and how they end. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { loadEngine } from '#sandbox/engine';
import { ScriptError } from '#sandbox/errors';
import { runScript, scriptFault } from '#sandbox/script';

beforeAll(loadEngine);

interface Options {
  owner?: string;
  context?: Json;
  timeout_ms?: number;
  seed?: number;
  lookUps?: Json;
}

function run(code: string, { owner = 'acme', context = {}, timeout_ms = 5000, seed = 1, lookUps = { steps: {}, trigger: {} } }: Options = {}): Json {
  const script = { owner, code, entry: 'transform', timeout_ms, memory_bytes: 8 * 1024 * 1024 };
  return runScript(script, { input: JSON.stringify({ context, lookUps }), now: Date.UTC(2026, 1, 15), seed });
}

const body = (text: string, options?: Options) => run(`function transform(ctx) { ${text} }`, options);

function fault(text: string, options?: Options): string {
  try {
    return `gave ${JSON.stringify(body(text, options))}`;
  } catch (error) {
    if (error instanceof ScriptError) return `${error.kind}: ${error.message}`;
    throw error;
  }
}

describe('a script', () => {
  it.each<[string, Json]>([
    ['return ctx.n + 1', 3],
    ['return undefined', null],
    ['return [1, "a", null, true, { b: [] }]', [1, 'a', null, true, { b: [] }]],
    ['return { ...ctx, m: [...ctx.list].map((x) => x * 2) }', { n: 2, list: [1, 2], m: [2, 4] }],
    ['return [NaN, 1 / 0, undefined, () => 1]', [null, null, null, null]],
    ['return new Date().toISOString()', '2026-02-15T00:00:00.000Z'],
    ['return [Date.now() === +new Date(), new Date(0).getTime(), typeof Date()]', [true, 0, 'string']],
    ['return JSON.stringify({ b: 1, a: [2] }, null, 1)', '{\n "b": 1,\n "a": [\n  2\n ]\n}'],
    ['return JSON.stringify({ a: 1, b: { a: 2, c: 3 } }, ["a", "b"])', '{"a":1,"b":{"a":2}}'],
    ['return [new Set([1, 1, 2]).size, [...new Map([["a", 1]])], new Map([["a", 1]]) instanceof Map]', [2, [['a', 1]], true]],
    ['return "a-b-c".split("-").concat([["x"]], "y").join("+") + "ab".repeat(2).padEnd(6, ".")', 'a+b+c+x+y+abab..'.replace('x+y+', 'x+y')],
    ['class A extends Array {} ; const a = new A(); a.push(1); return [a.length, a instanceof A]', [1, true]],
    ['const o = {}; o.toString = () => "own"; o.constructor = 1; return [String(o), o.constructor]', ['own', 1]],
    ['const e = new Error("a"); e.name = "Mine"; e.message = "b"; return [e.name, e.message, String(e)]', ['Mine', 'b', 'Mine: b']],
    ['console.log("heard by nobody"); return 1', 1],
    ['const f = function () { return [...arguments].length }; return f(...[1, 2, 3]) + Math.max.apply(null, [1, 5])', 8],
  ])('%s', (text, expected) => {
    expect(body(text, { context: { n: 2, list: [1, 2] } })).toEqual(expected);
  });

  it('may be asynchronous', () => {
    expect(run('async function transform(ctx) { const a = await Promise.resolve(2); return a * (await (async () => 4)()) }')).toBe(8);
    expect(run('const transform = (ctx) => Promise.all([1, Promise.resolve(2)])')).toEqual([1, 2]);
  });

  it('is told by its line what went wrong', () => {
    expect(() => run('function transform() {\n  const a = 1;\n  return a.b.c;\n}')).toThrow(/TypeError: .*\(line 3\)/);
    expect(fault('throw new RangeError("mine")')).toBe('raised: RangeError: mine (line 1)');
    expect(fault('throw "text"')).toBe('raised: text');
    expect(fault('throw { code: 7 }')).toBe('raised: The script threw {"code":7}.');
    expect(() => run('const other = 1')).toThrow('The function that is to be called is not there');
    expect(() => run('async function transform() { throw new Error("late") }')).toThrow('Error: late');
    expect(() => run('async function transform() { await new Promise(() => {}) }')).toThrow(/never kept/);
  });

  it('sees outputs as a whole and what is there for look-ups', () => {
    const context = { steps: { a: { x: 1 }, list: { result: [1] } }, trigger: { body: {} } };
    const lookUps = { steps: { a: { more: { response: { status_code: 200 } } }, list: { whole: { value: [1] }, more: {} } }, trigger: { id: '7' } };
    const text =
      'return [ctx.steps.a.output.x, ctx.steps.a.result.x, ctx.steps.a.response.status_code, ctx.steps.list.output, ctx.trigger.id, Object.keys(ctx.steps.a)]';
    expect(body(text, { context, lookUps })).toEqual([1, 1, 200, [1], '7', ['x']]);
  });

  it('draws the same chance for the same run, and another for another', () => {
    const draw = (seed: number) => body('return [Math.random(), Math.random()]', { seed });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe('a script cannot reach', () => {
  it.each([
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'process',
    'require',
    'module',
    'Deno',
    'Bun',
    'std',
    'os',
    'env',
    'caches',
    'crypto',
    'performance',
    'setTimeout',
    'setInterval',
    'queueMicrotask',
    'eval',
    'Function',
    'WeakRef',
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'Atomics',
    'Proxy',
    'BigInt',
    'Uint8Array',
    'ArrayBuffer',
    'navigator',
    'scriptArgs',
    'print',
    'load',
    'lookUp',
    'textOf',
    'pay',
    '__loadScript',
  ])('%s', (name) => {
    expect(body(`return typeof ${name}`)).toBe('undefined');
  });

  it.each([
    'return (() => {}).constructor("return globalThis")()',
    'return Object.getPrototypeOf(function* () {}).constructor("yield 1")',
    'return Object.getPrototypeOf(async () => {}).constructor("return 1")()',
    'return Object.getPrototypeOf(async function* () {}).constructor("return 1")()',
    'return ctx.constructor.constructor("return globalThis")()',
    'return [].map.constructor("return 1")()',
    'return Reflect.construct((() => {}).constructor, ["return 1"])',
    'return import("fs")',
    'return import("file:///etc/passwd")',
    'return import.meta',
  ])('code that is not its own: %s', (text) => {
    expect(fault(text)).toMatch(/^raised:/);
  });
});

describe('a script leaves nothing behind', () => {
  it.each([
    'globalThis.leak = (globalThis.leak ?? 0) + 1; return globalThis.leak',
    'leak = 1; return leak',
    'this.leak = 1; return 1',
    'Object.prototype.leak = 1; return 1',
    'Array.prototype.leak = 1; return 1',
    'Array.prototype.map = () => "mine"; return 1',
    'String.prototype.trim = () => "mine"; return 1',
    'Object.prototype.toString = () => "mine"; return 1',
    '({}).__proto__.leak = 1; return 1',
    'Object.setPrototypeOf(Object.prototype, { leak: 1 }); return 1',
    'Object.defineProperty(Object.prototype, "leak", { value: 1 }); return 1',
    'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true }); return 1',
    'Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)).leak = 1; return 1',
    'JSON.parse = () => ({ leak: 1 }); return 1',
    'Math.leak = 1; return 1',
    'Math.random = () => 4; return 1',
    'Date.now = () => 4; return 1',
    'Promise.prototype.then = function () {}; return 1',
    'console.log = 1; return 1',
    'Error.prototype.message = "mine"; return 1',
    'Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 1; return 1',
    'Symbol.leak = 1; return 1',
    'RegExp.prototype.exec = () => null; return 1',
    'transform.count = (transform.count ?? 0) + 1; if (transform.count > 1) return "leaked"; throw new Error("clean")',
  ])('%s', (text) => {
    expect(fault(text)).toMatch(/^raised:/);
    // Nor for itself a second time.
    expect(fault(text)).toMatch(/^raised:/);
    expect(
      body('return [typeof leak, {}.leak ?? null, [1].map((x) => x + 1), " a ".trim(), `${{}}`, JSON.parse("[1]"), Object.keys(globalThis).includes("leak")]'),
    ).toEqual(['undefined', null, [2], 'a', '[object Object]', [1], false]);
  });

  it('in variables and functions of its own', () => {
    const counter =
      'let count = 0; const seen = new Set(); const cache = {}; function transform(ctx) { count++; seen.add(ctx.id); cache[ctx.id] = 1; return [count, seen.size, Object.keys(cache)] }';
    expect(run(counter, { context: { id: 'a' } })).toEqual([1, 1, ['a']]);
    expect(run(counter, { context: { id: 'b' } })).toEqual([1, 1, ['b']]);
  });

  it('in a scope around itself', () => {
    expect(() => run('}; let count = 0; { function transform() { return ++count }')).toThrow(ScriptError);
    expect(() => run('return 1; } function transform() {')).toThrow(ScriptError);
  });

  it('in work that goes on after its answer', () => {
    const later = 'function transform(ctx) { (async () => { for (let i = 0; i < 1000; i++) await null; ctx.late = true; })(); return ctx.id }';
    expect(run(later, { context: { id: 'a' } })).toBe('a');
    expect(run(later, { context: { id: 'b' } })).toBe('b');
  });

  it('to another owner of the same script', () => {
    const code = 'const secrets = []; function transform(ctx) { secrets.push(ctx.secret); return secrets }';
    expect(run(code, { owner: 'acme', context: { secret: 'a' } })).toEqual(['a']);
    expect(run(code, { owner: 'globex', context: { secret: 'b' } })).toEqual(['b']);
  });

  it('on this side', () => {
    expect(body('return JSON.parse("{\\"__proto__\\": {\\"polluted\\": 1}}")')).toEqual(JSON.parse('{"__proto__": {"polluted": 1}}'));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a script ends', () => {
  it.each([
    'for (;;) {}',
    'try { for (;;) {} } catch { for (;;) {} }',
    'const a = []; for (;;) a.push(new Array(1000).fill(1))',
    'const f = () => f() + 1; return f()',
    'for (;;) "x".repeat(1e6)',
    'const a = []; a.length = 4e9; return a.indexOf(1)',
    'const a = []; a.length = 4e9; return a.map((x) => x)',
    'const a = []; a.length = 4e9; return JSON.stringify({ a })',
    'return /(a+)+$/.test("a".repeat(40) + "!")',
    'let o = {}; for (;;) o = { o }',
    'return "x".repeat(5e6)',
    'let o = 1; for (let i = 0; i < 5000; i++) o = [o]; return o',
    'let o = 1; for (let i = 0; i < 100000; i++) o = { o }; return o',
    '(async () => { for (;;) await null })(); await_(); function await_() { for (;;) {} }',
  ])('%s', (text) => {
    expect(fault(text, { timeout_ms: 100 })).toMatch(/^limit:/);
    expect(body('return 1')).toBe(1);
  });

  it.each([
    'return [].concat.apply([], { length: 4e8 })',
    'return Array.prototype.fill.call({ length: 1e9 }, 1)',
    'return Array.from({ length: 9e15 })',
    'return 2n ** 100000n',
  ])('%s', (text) => {
    expect(fault(text, { timeout_ms: 100 })).toMatch(/^(?:limit|raised):/);
  });

  it('also where it never comes back to its promise', () => {
    expect(() => run('async function transform() { for (;;) await null }', { timeout_ms: 100 })).toThrow(/longer than 100 ms/);
  });
});

describe('a text that is no script', () => {
  it.each<[string, number]>([
    ['function transform(ctx) {\n  return ctx.;\n}', 39],
    ['function transform( {', 0],
    ['import fs from "fs"', 0],
    ['function transform() { return 10n }', 30],
  ])('%s', (code, start) => {
    const found = scriptFault(code);
    expect(found?.message).toMatch(/\.$/);
    if (start > 0) expect(found?.start).toBe(start);
  });

  it('others are', () => {
    expect(scriptFault('const transform = (ctx) => ctx;')).toBeUndefined();
  });
});
