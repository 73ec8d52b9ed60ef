/**
 * Regular expressions in linear time: patterns come from users, and the data they meet from strangers,
 * so a backtracking engine is not an option. RE2's syntax without captures; a match is looked for
 * anywhere in the text, as in CEL and Go.
 *
 * Invariants
 * 1. Time is at most states x characters; both are bounded.
 * 2. What RE2 does not know (look-around, back references) is an error, never a guess.
 */
import { MAX_PATTERN, type Node, PatternParser, RegexSyntaxError, type Test } from '#language/safe-regex-syntax';

const MAX_STATES = 2000;
/** States x characters of one search: some hundred milliseconds at worst. */
const MAX_WORK = 20_000_000;
/** States entered while all matches of a text are found. */
const MAX_FINDING = 1_000_000;

type State =
  | { kind: 'char'; test: Test; to: number }
  | { kind: 'split'; to: number[] }
  | { kind: 'assert'; at: (Node & { kind: 'assert' })['at']; to: number }
  | { kind: 'match' };

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
