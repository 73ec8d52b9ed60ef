/**
 * Regular expressions in linear time: patterns come from users, and the data they meet from strangers,
 * so a backtracking engine is not an option. RE2's syntax without captures; a match is looked for
 * anywhere in the text, as in CEL and Go.
 *
 * Invariants
 * 1. Time is at most states x characters; both are bounded.
 * 2. What RE2 does not know (look-around, back references) is an error, never a guess.
 */

export class RegexSyntaxError extends Error {}

const MAX_STATES = 2000;
const MAX_PATTERN = 1000;
/** States x characters of one search: some hundred milliseconds at worst. */
const MAX_WORK = 20_000_000;
/** States entered while all matches of a text are found. */
const MAX_FINDING = 1_000_000;

type Test = (code: number) => boolean;
type Node =
  | { kind: 'char'; test: Test }
  | { kind: 'assert'; at: 'start' | 'end' | 'line-start' | 'line-end' | 'word' | 'not-word' }
  | { kind: 'concat'; parts: Node[] }
  | { kind: 'either'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

type State =
  | { kind: 'char'; test: Test; to: number }
  | { kind: 'split'; to: number[] }
  | { kind: 'assert'; at: (Node & { kind: 'assert' })['at']; to: number }
  | { kind: 'match' };

interface Flags {
  ignoreCase: boolean;
  multiLine: boolean;
  dotAll: boolean;
}

/** Throws RegexSyntaxError. The result says whether the pattern matches anywhere in the text; it throws when that is too much work. */
export function compileRegex(pattern: string): (text: string) => boolean {
  const { states, start } = compiled(pattern);
  return (text) => {
    if (text.length * states.length > MAX_WORK) throw new RegexSyntaxError(`a text of ${text.length} characters is too long for it.`);
    return search(states, start, text);
  };
}

/**
 * Throws RegexSyntaxError. The result gives the places where the pattern matches, first to last, each as long as can be, none
 * of them empty; it throws when that is too much work.
 */
export function compileFinder(pattern: string): (text: string) => { start: number; end: number }[] {
  const { states, start } = compiled(pattern);
  return (text) => {
    const found: { start: number; end: number }[] = [];
    const budget = { left: MAX_FINDING };
    for (let at = 0; at < text.length; ) {
      const end = longest(states, start, text, at, budget);
      if (end > at) found.push({ start: at, end });
      at = end > at ? end : at + 1;
    }
    return found;
  };
}

function compiled(pattern: string): { states: State[]; start: number } {
  if (pattern.length > MAX_PATTERN) throw new RegexSyntaxError(`A pattern may have ${MAX_PATTERN} characters.`);
  const tree = new PatternParser(pattern).parse();
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= MAX_STATES) throw new RegexSyntaxError('The pattern is too large.');
    return states.push(state) - 1;
  };
  return { start: build(tree, add({ kind: 'match' }), add), states };
}

/** Where the longest match that begins at `from` ends; `from` itself when there is none. */
function longest(states: State[], start: number, text: string, from: number, budget: { left: number }): number {
  let end = from;
  let current = closure(states, [start], text, from);
  for (let at = from; current.length > 0; ) {
    if (current.some((index) => states[index]!.kind === 'match')) end = at;
    budget.left -= current.length + 1;
    if (budget.left < 0) throw new RegexSyntaxError(`a text of ${text.length} characters is too much work for it.`);
    if (at >= text.length) break;
    const code = text.codePointAt(at)!;
    at += code > 0xffff ? 2 : 1;
    const next: number[] = [];
    for (const index of current) {
      const state = states[index]!;
      if (state.kind === 'char' && state.test(code)) next.push(state.to);
    }
    current = closure(states, next, text, at);
  }
  return end;
}

/** What is reached from these without a character. */
function closure(states: State[], from: number[], text: string, at: number): number[] {
  const seen = new Set<number>();
  const stack = [...from];
  const reached: number[] = [];
  while (stack.length > 0) {
    const index = stack.pop()!;
    if (seen.has(index)) continue;
    seen.add(index);
    const state = states[index]!;
    if (state.kind === 'split') stack.push(...state.to);
    else if (state.kind === 'assert') {
      if (holds(state.at, text, at)) stack.push(state.to);
    } else reached.push(index);
  }
  return reached;
}

/** States for `node` that go on at `to`. */
function build(node: Node, to: number, add: (state: State) => number): number {
  switch (node.kind) {
    case 'char':
      return add({ kind: 'char', test: node.test, to });
    case 'assert':
      return add({ kind: 'assert', at: node.at, to });
    case 'concat':
      return node.parts.reduceRight((next, part) => build(part, next, add), to);
    case 'either':
      return add({ kind: 'split', to: node.parts.map((part) => build(part, to, add)) });
    case 'repeat': {
      let next = to;
      if (node.max === Number.POSITIVE_INFINITY) {
        const loop: State = { kind: 'split', to: [] };
        const at = add(loop);
        loop.to.push(build(node.part, at, add), to);
        next = at;
      } else {
        for (let i = node.min; i < node.max; i++) next = add({ kind: 'split', to: [build(node.part, next, add), to] });
      }
      for (let i = 0; i < node.min; i++) next = build(node.part, next, add);
      return next;
    }
  }
}

function search(states: State[], start: number, text: string): boolean {
  const seen = new Int32Array(states.length).fill(-1);
  let current: number[] = [];
  let next: number[] = [];
  const stack: number[] = [];
  let step = 0;
  /** Follows what needs no character; true when the match is reached. */
  const enter = (from: number, list: number[], at: number): boolean => {
    stack.push(from);
    while (stack.length > 0) {
      const index = stack.pop()!;
      if (seen[index] === step) continue;
      seen[index] = step;
      const state = states[index]!;
      if (state.kind === 'match') return true;
      if (state.kind === 'char') list.push(index);
      else if (state.kind === 'split') stack.push(...state.to);
      else if (holds(state.at, text, at)) stack.push(state.to);
    }
    return false;
  };
  for (let at = 0; ; ) {
    // A match may begin at every place.
    if (enter(start, current, at)) return true;
    if (at >= text.length) return false;
    const code = text.codePointAt(at)!;
    const width = code > 0xffff ? 2 : 1;
    step++;
    for (const index of current) {
      const state = states[index]! as State & { kind: 'char' };
      if (state.test(code) && enter(state.to, next, at + width)) return true;
    }
    [current, next] = [next, current];
    next.length = 0;
    at += width;
  }
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[0-9A-Za-z_]/.test(char);
}

function holds(kind: (Node & { kind: 'assert' })['at'], text: string, at: number): boolean {
  switch (kind) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'line-start':
      return at === 0 || text[at - 1] === '\n';
    case 'line-end':
      return at === text.length || text[at] === '\n';
    case 'word':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'not-word':
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

const digit: Test = (c) => c >= 48 && c <= 57;
const word: Test = (c) => digit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const space: Test = (c) => c === 32 || (c >= 9 && c <= 13);
const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const CLASSES: { [letter: string]: Test } = { d: digit, D: not(digit), w: word, W: not(word), s: space, S: not(space) };
const POSIX: { [name: string]: Test } = {
  alpha: (c) => (c >= 65 && c <= 90) || (c >= 97 && c <= 122),
  digit,
  alnum: (c) => word(c) && c !== 95,
  upper: (c) => c >= 65 && c <= 90,
  lower: (c) => c >= 97 && c <= 122,
  space,
  word,
  punct: (c) => c > 32 && c < 127 && (!word(c) || c === 95),
  xdigit: (c) => digit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
};
const CONTROLS: { [letter: string]: number } = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, '0': 0 };
const MAX_GROUPS = 50;

class PatternParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  parse(): Node {
    const node = this.either({ ignoreCase: false, multiLine: false, dotAll: false });
    if (this.at < this.source.length) throw new RegexSyntaxError('")" closes nothing.');
    return node;
  }

  private either(flags: Flags): Node {
    // A flag group such as (?i) holds to the end of its own group.
    const own = { ...flags };
    const parts = [this.concat(own)];
    while (this.source[this.at] === '|') {
      this.at++;
      parts.push(this.concat(own));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  private concat(flags: Flags): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const atom = this.atom(flags);
      if (atom) parts.push(this.quantified(atom));
    }
    return { kind: 'concat', parts };
  }

  private quantified(atom: Node): Node {
    let node = atom;
    let count = 0;
    while (true) {
      const range = this.quantifier();
      if (!range) return node;
      if (++count > 1) throw new RegexSyntaxError('A quantifier stands behind a quantifier.');
      if (this.source[this.at] === '?') this.at++;
      node = { kind: 'repeat', part: node, min: range[0], max: range[1] };
    }
  }

  private quantifier(): [number, number] | undefined {
    const char = this.source[this.at];
    if (char === '*' || char === '+' || char === '?') {
      this.at++;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : Number.POSITIVE_INFINITY];
    }
    const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 20));
    if (!match) return undefined;
    this.at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (min > 1000 || (max !== Number.POSITIVE_INFINITY && max > 1000) || max < min) throw new RegexSyntaxError(`The quantifier ${match[0]} is not valid.`);
    return [min, max];
  }

  private atom(flags: Flags): Node | undefined {
    const char = this.take();
    if (char === '(') return this.group(flags);
    if (char === '[') return { kind: 'char', test: this.set(flags) };
    if (char === '.') return { kind: 'char', test: flags.dotAll ? () => true : (c) => c !== 10 };
    if (char === '^') return { kind: 'assert', at: flags.multiLine ? 'line-start' : 'start' };
    if (char === '$') return { kind: 'assert', at: flags.multiLine ? 'line-end' : 'end' };
    if (char === '*' || char === '+' || char === '?') throw new RegexSyntaxError(`"${char}" repeats nothing.`);
    if (char === '\\') return this.escape(flags);
    return literal(char.codePointAt(0)!, flags);
  }

  private take(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) throw new RegexSyntaxError('The pattern ends too early.');
    const char = String.fromCodePoint(code);
    this.at += char.length;
    return char;
  }

  private group(flags: Flags): Node | undefined {
    let inner = flags;
    if (this.source[this.at] === '?') {
      const named = /^\?P?<[A-Za-z_]\w*>/.exec(this.source.slice(this.at, this.at + 80));
      const flagged = /^\?([ims]*)(?:-([ims]+))?([:)])/.exec(this.source.slice(this.at, this.at + 20));
      if (named) this.at += named[0].length;
      else if (flagged) {
        this.at += flagged[0].length;
        inner = { ...flags };
        for (const [letters, on] of [
          [flagged[1]!, true],
          [flagged[2] ?? '', false],
        ] as const) {
          for (const letter of letters) inner[letter === 'i' ? 'ignoreCase' : letter === 'm' ? 'multiLine' : 'dotAll'] = on;
        }
        if (flagged[3] === ')') {
          Object.assign(flags, inner);
          return undefined;
        }
      } else throw new RegexSyntaxError('Look-around and other special groups are not supported.');
    }
    if (++this.depth > MAX_GROUPS) throw new RegexSyntaxError('The pattern is nested too deep.');
    const node = this.either(inner);
    if (this.source[this.at] !== ')') throw new RegexSyntaxError('"(" is not closed.');
    this.at++;
    this.depth--;
    return node;
  }

  private escape(flags: Flags): Node {
    const letter = this.take();
    if (letter === 'b') return { kind: 'assert', at: 'word' };
    if (letter === 'B') return { kind: 'assert', at: 'not-word' };
    if (letter === 'A') return { kind: 'assert', at: 'start' };
    if (letter === 'z') return { kind: 'assert', at: 'end' };
    const test = CLASSES[letter];
    if (test) return { kind: 'char', test };
    return literal(this.escaped(letter), flags);
  }

  private escaped(letter: string): number {
    if (letter === 'x' || letter === 'u') {
      const match = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2,4}))/.exec(this.source.slice(this.at, this.at + 8));
      const digits = match?.[1] ?? match?.[2]?.slice(0, letter === 'x' ? 2 : 4);
      if (!match || !digits || (letter === 'u' && !match[1] && digits.length < 4)) throw new RegexSyntaxError(`"\\${letter}" needs hexadecimal digits.`);
      this.at += match[1] ? match[0].length : digits.length;
      return Number.parseInt(digits, 16);
    }
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[0-9A-Za-z]/.test(letter)) throw new RegexSyntaxError(`"\\${letter}" is not supported.`);
    return letter.codePointAt(0)!;
  }

  private set(flags: Flags): Test {
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    const tests: Test[] = [];
    let first = true;
    while (this.source[this.at] !== ']' || first) {
      first = false;
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 16));
      if (posix) {
        const test = Object.hasOwn(POSIX, posix[2]!) ? POSIX[posix[2]!] : undefined;
        if (!test) throw new RegexSyntaxError(`Unknown class "${posix[0]}".`);
        tests.push(posix[1] ? not(test) : test);
        this.at += posix[0].length;
        continue;
      }
      const low = this.setItem();
      if (typeof low !== 'number') {
        tests.push(low);
        continue;
      }
      let high = low;
      if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length) {
        this.at++;
        const end = this.setItem();
        if (typeof end !== 'number' || end < low) throw new RegexSyntaxError('A range of characters is not valid.');
        high = end;
      }
      tests.push(between(low, high, flags.ignoreCase));
    }
    this.at++;
    const any: Test = (c) => tests.some((test) => test(c));
    return negated ? not(any) : any;
  }

  private setItem(): number | Test {
    const char = this.take();
    if (char !== '\\') return char.codePointAt(0)!;
    const letter = this.take();
    return CLASSES[letter] ?? (letter === 'b' ? 8 : this.escaped(letter));
  }
}

function literal(code: number, flags: Flags): Node {
  return { kind: 'char', test: between(code, code, flags.ignoreCase) };
}

function between(low: number, high: number, ignoreCase: boolean): Test {
  const exact: Test = (c) => c >= low && c <= high;
  if (!ignoreCase) return exact;
  return (c) => {
    if (exact(c)) return true;
    const char = String.fromCodePoint(c);
    return exact(char.toLowerCase().codePointAt(0)!) || exact(char.toUpperCase().codePointAt(0)!);
  };
}
