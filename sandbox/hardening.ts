/**
 * What is run in a new context before any script: it takes away what could tell one run of another, and freezes the rest.
 *
 * - Time and chance are given from outside, so that the same run gives the same result.
 * - Every object that a script can reach without making it is frozen, so nothing can be left behind in it.
 * - What inherits from Object, Function or an Error may still be given fields of the same names as theirs (`toString`,
 *   `name`, `message`), which plain freezing would forbid.
 * - The engine asks whether to go on between the script's own steps, not within a built-in function. So built-in functions
 *   that walk a list or text pay by its length first, and lists that only seem long (`length = 4e9`) are refused.
 *
 * The value of the text is a function that begins a run: `begin(now, seed, work)`.
 */
export const HARDENING = `'use strict';
(() => {
  const { freeze, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Object;
  const { apply, ownKeys, construct } = Reflect;
  const { isArray } = Array;
  const { stringify } = JSON;
  const toText = String;

  let work = Infinity;
  const pay = (amount) => {
    if (amount > 32 && (work -= amount) < 0) throw new RangeError('The script takes too long.');
  };
  const replace = (holder, name, make) => {
    const property = getOwnPropertyDescriptor(holder, name);
    if (property === undefined || typeof property.value !== 'function') return;
    const original = property.value;
    const { [name]: method } = { [name](...args) { return make(original, this, args); } };
    defineProperty(method, 'length', { value: original.length, configurable: true });
    defineProperty(holder, name, { ...property, value: method });
  };
  const lengthOf = (value) => (typeof value === 'string' || isArray(value) ? value.length : 0);
  const HEAVY = { sort: 16, toSorted: 16, normalize: 16, replaceAll: 32, split: 16, join: 16, toString: 16, flat: 16, push: 0, pop: 0, at: 0, shift: 0.05, unshift: 0.05 };
  for (const name of ownKeys(Array.prototype)) {
    if (name === 'constructor' || name === Symbol.iterator || name === 'values' || name === 'keys' || name === 'entries') continue;
    replace(Array.prototype, name, (original, self, args) => {
      // Other objects may tell another length each time they are asked.
      if (!isArray(self)) throw new TypeError('Methods of lists work on lists.');
      pay(self.length * (HEAVY[name] ?? 2));
      if (name !== 'concat') return apply(original, self, args);
      const lists = [];
      for (const item of args) {
        pay(lengthOf(item) * 2);
        lists[lists.length] = isArray(item) ? item : [item];
      }
      return apply(original, self, lists);
    });
  }
  for (const name of ownKeys(String.prototype)) {
    if (name === 'constructor' || name === Symbol.iterator) continue;
    replace(String.prototype, name, (original, self, args) => {
      if (self === undefined || self === null) throw new TypeError('There is no text.');
      const text = toText(self);
      pay(text.length * (HEAVY[name] ?? 1));
      if (name === 'repeat') pay(text.length * (+args[0] || 0));
      else if (name === 'padStart' || name === 'padEnd') pay(+args[0] || 0);
      return apply(original, text, args);
    });
  }
  for (const [holder, names] of [
    [Array, ['from']],
    [Object, ['fromEntries', 'groupBy']],
    [Promise, ['all', 'allSettled', 'any', 'race']],
    [Reflect, ['apply', 'construct']],
    [JSON, ['parse']],
    [globalThis, ['parseInt', 'parseFloat', 'encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent']],
  ]) {
    for (const name of names) {
      replace(holder, name, (original, self, args) => {
        for (const value of args) {
          // A plain object with a length would be walked as a list.
          if (typeof value === 'object' && value !== null && !isArray(value) && typeof value[Symbol.iterator] !== 'function' && value.length > 1e6) pay(value.length);
          pay(lengthOf(value) * 8);
        }
        return apply(original, self, args);
      });
    }
  }
  replace(Function.prototype, 'apply', (original, self, args) => {
    if (args.length > 1 && args[1] !== null && args[1] !== undefined && !isArray(args[1]) && !(args[1].length < 1e5)) throw new TypeError('Arguments are a list.');
    return apply(original, self, args);
  });
  for (const name of ['keys', 'values', 'entries', 'getOwnPropertyNames', 'getOwnPropertyDescriptors', 'assign', 'freeze', 'seal']) {
    replace(Object, name, (original, self, args) => {
      for (const value of args) pay(lengthOf(value) * 8);
      const result = apply(original, self, args);
      pay(lengthOf(result) * 16);
      return result;
    });
  }
  // A replacer is a step of the script's own for each value, so that the engine is asked.
  replace(JSON, 'stringify', (original, self, args) => {
    const [value, replacer, space] = args;
    const keys = isArray(replacer) ? new Set(replacer.map(toText)) : undefined;
    const own = typeof replacer === 'function' ? replacer : function (key, inner) { return keys === undefined || key === '' || isArray(this) || keys.has(key) ? inner : undefined; };
    const text = apply(original, self, [value, own, space]);
    pay(lengthOf(text) * 4);
    return text;
  });
  for (const name of ['Set', 'Map', 'WeakSet', 'WeakMap']) {
    const Original = globalThis[name];
    const Guarded = function (items) {
      if (new.target === undefined) throw new TypeError(name + ' is called with new.');
      pay(lengthOf(items) * 16);
      return construct(Original, items === undefined ? [] : [items], new.target);
    };
    Guarded.prototype = Original.prototype;
    if (Original.groupBy) Guarded.groupBy = Original.groupBy;
    defineProperty(Guarded, 'name', { value: name });
    defineProperty(Original.prototype, 'constructor', { value: Guarded });
    globalThis[name] = Guarded;
  }

  for (const name of ['eval', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'performance', 'queueMicrotask', 'navigator', 'InternalError', 'escape', 'unescape', 'Proxy', 'BigInt', 'ArrayBuffer', 'DataView', 'Iterator']) delete globalThis[name];

  let now = 0;
  let state = 1;
  const RealDate = Date;
  function SafeDate(...parts) {
    if (new.target === undefined) return new RealDate(now).toString();
    return construct(RealDate, parts.length === 0 ? [now] : parts, new.target);
  }
  SafeDate.prototype = RealDate.prototype;
  SafeDate.now = () => now;
  SafeDate.parse = RealDate.parse;
  SafeDate.UTC = RealDate.UTC;
  defineProperty(SafeDate, 'name', { value: 'Date' });
  defineProperty(RealDate.prototype, 'constructor', { value: SafeDate });
  globalThis.Date = SafeDate;

  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };

  const quiet = () => {};
  globalThis.console = { log: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

  const functions = [function () {}, function* () {}, async function () {}, async function* () {}];
  // Code from text is as good as none: it could stand outside of the function that a script is.
  for (const one of functions) {
    const prototype = getPrototypeOf(one);
    defineProperty(prototype, 'constructor', { value: function Function() { throw new TypeError('Code cannot be made from text here.'); } });
  }
  delete globalThis.Function;

  const hidden = [
    ...functions,
    ...functions.map(getPrototypeOf),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    ''.matchAll(/x/g),
    (function* () {})(),
    (async function* () {})(),
  ].map(getPrototypeOf);

  const open = new Set([Object.prototype, Error.prototype, EvalError.prototype, RangeError.prototype, ReferenceError.prototype, SyntaxError.prototype, TypeError.prototype, URIError.prototype, AggregateError.prototype]);
  const seen = new Set();
  const queue = [globalThis, ...hidden];
  while (queue.length > 0) {
    const one = queue.pop();
    if (one === null || (typeof one !== 'object' && typeof one !== 'function') || seen.has(one)) continue;
    seen.add(one);
    queue.push(getPrototypeOf(one));
    for (const key of ownKeys(one)) {
      const property = getOwnPropertyDescriptor(one, key);
      queue.push(property.value, property.get, property.set);
      if (open.has(one) && property.configurable && 'value' in property && key !== Symbol.toStringTag) {
        const { value } = property;
        defineProperty(one, key, {
          get: freeze(() => value),
          set: freeze(function (fresh) {
            if (this === one || this === undefined || this === null) throw new TypeError('A built-in object cannot be changed.');
            defineProperty(this, key, { value: fresh, writable: true, enumerable: true, configurable: true });
          }),
          enumerable: property.enumerable,
        });
      }
    }
  }
  for (const one of seen) freeze(one);

  return (time, seed, amount) => {
    work = amount;
    now = time;
    state = seed | 0;
  };
})()`;

/**
 * From the script to a function that loads it and gives its entry. Evaluated by itself, so that the script sees the global
 * names and its own, and nothing of what runs it. Its functions are made anew each time, so what they keep ends with a run.
 */
export function loaderOf(code: string, entry: string): string {
  return `'use strict';(() => {
${code}
;return typeof ${entry} === 'function' ? ${entry} : undefined; })`;
}

/** Lines of a loader before those of the script. */
export const LINES_BEFORE = 1;

/** From a loader to `run(text)`, which gives the result as JSON, or a promise of it. */
export const RUNNER = `'use strict';
(() => {
  const { parse, stringify } = JSON;
  const { defineProperty, entries, hasOwn } = Object;
  const lookUp = (target, name, value) => {
    if (typeof target === 'object' && target !== null && !hasOwn(target, name)) defineProperty(target, name, { value });
  };
  const textOf = (value) => {
    const text = stringify(value);
    return text === undefined ? 'null' : text;
  };
  return (load) => (text) => {
    const { context, lookUps } = parse(text);
    for (const [step, { whole, more }] of entries(lookUps.steps)) {
      const view = context.steps[step];
      const output = whole === undefined ? view : whole.value;
      lookUp(view, 'output', output);
      lookUp(view, 'result', output);
      for (const [name, value] of entries(more)) lookUp(view, name, value);
    }
    for (const [name, value] of entries(lookUps.trigger)) lookUp(context.trigger, name, value);
    const run = load();
    if (run === undefined) throw new TypeError('The function that is to be called is not there.');
    const result = run(context);
    return typeof result === 'object' && result !== null && typeof result.then === 'function' ? (async () => textOf(await result))() : textOf(result);
  };
})()`;
