/**
 * Matching by a backtracking machine. Patterns and texts come from strangers, and a pattern may need exponential time:
 * each step is paid for, so that such a search ends as an endless program does. Nothing here recurses over the text.
 */
import { burn, grow } from '#jq/budget';
import { type CharTest, WORD } from '#jq/regex/char-classes';
import type { Flags } from '#jq/regex/characters';
import { type Instruction, instructionsOf } from '#jq/regex/compiler';
import { type Anchor, parsePattern } from '#jq/regex/syntax';

/** Steps that an attempt at a place is paid with, beside those it takes. */
const ATTEMPT = 4;

export interface Match {
  start: number;
  end: number;
  /** Of each group from the first on; `undefined` where it took no part. Places are in UTF-16 units. */
  groups: ({ start: number; end: number } | undefined)[];
}

export class Regex {
  private readonly program: Instruction[];
  readonly names: readonly (string | null)[];
  private readonly slots: number;
  /** What a match begins with, where the pattern says it: most places of a text are passed over by it alone. */
  private readonly first: CharTest | undefined;

  /** Throws PatternError. */
  constructor(source: string, flags: Flags) {
    const { root, names } = parsePattern(source, flags);
    const { program, slots } = instructionsOf(root, names.length);
    this.program = program;
    this.names = names;
    this.slots = slots;
    const opening = program.find(({ op }) => op !== 'save');
    this.first = opening?.op === 'char' ? opening.test : undefined;
  }

  /** The first match at or behind `from`. */
  search(text: string, from: number): Match | undefined {
    for (let start = from; start <= text.length; start += width(text, start)) {
      burn(1);
      const code = text.codePointAt(start);
      if (this.first && (code === undefined || !this.first(code))) continue;
      // What a run sets up costs as much as some of its steps.
      burn(ATTEMPT + (this.slots >> 1));
      const slots = new Array<number>(this.slots).fill(-1);
      const end = run(this.program, text, start, from, slots);
      if (end !== undefined) return { start, end, groups: this.names.map((_, index) => group(slots, index + 1)) };
    }
    return undefined;
  }
}

function group(slots: readonly number[], index: number): { start: number; end: number } | undefined {
  const [start, end] = [slots[2 * index]!, slots[2 * index + 1]!];
  return start < 0 || end < 0 ? undefined : { start, end };
}

function width(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code !== undefined && code > 0xffff ? 2 : 1;
}

/** Where the program's match from `start` ends. `slots` are filled in; `endAt`: where it must end. */
function run(program: readonly Instruction[], text: string, start: number, from: number, slots: number[], endAt?: number): number | undefined {
  let pc = 0;
  let at = start;
  /** Where to go on when the way fails: instruction, place, and how much of the trail to keep. */
  const stack: number[] = [];
  /** Slots written, with what they held. */
  const trail: number[] = [];
  /** Entries of the stack that are paid for. The first ones are in the price of an attempt. */
  let room = 256;
  const fail = (): boolean => {
    if (stack.length === 0) return false;
    const keep = stack.pop()!;
    at = stack.pop()!;
    pc = stack.pop()!;
    while (trail.length > keep) {
      const old = trail.pop()!;
      slots[trail.pop()!] = old;
    }
    return true;
  };
  const write = (slot: number, value: number) => {
    trail.push(slot, slots[slot]!);
    slots[slot] = value;
  };
  while (true) {
    burn(1);
    const instruction = program[pc]!;
    let ok = true;
    switch (instruction.op) {
      case 'char': {
        const code = text.codePointAt(at);
        ok = code !== undefined && instruction.test(code);
        if (ok) {
          at += code! > 0xffff ? 2 : 1;
          pc++;
        }
        break;
      }
      case 'anchor':
        ok = holds(instruction.at, text, at, from);
        pc++;
        break;
      case 'split':
        if (stack.length >= room) {
          grow(8 * room);
          room *= 2;
        }
        stack.push(instruction.second, at, trail.length);
        pc = instruction.first;
        break;
      case 'jump':
        pc = instruction.to;
        break;
      case 'save':
        write(instruction.slot, at);
        pc++;
        break;
      case 'progress':
        pc += slots[instruction.slot] === at ? 2 : 1;
        break;
      case 'look': {
        const before = slots.slice();
        const found = instruction.behind ? behind(instruction.program, text, at, from, slots) : run(instruction.program, text, at, from, slots) !== undefined;
        ok = found !== instruction.negative;
        if (instruction.negative || !found) for (const [slot, value] of before.entries()) slots[slot] = value;
        else for (const [slot, value] of before.entries()) if (slots[slot] !== value) trail.push(slot, value);
        burn(before.length >> 2);
        pc++;
        break;
      }
      case 'atomic': {
        const before = slots.slice();
        const end = run(instruction.program, text, at, from, slots);
        burn(before.length >> 2);
        ok = end !== undefined;
        for (const [slot, value] of before.entries()) {
          if (slots[slot] === value) continue;
          if (ok) trail.push(slot, value);
          else slots[slot] = value;
        }
        if (end !== undefined) at = end;
        pc++;
        break;
      }
      case 'reference': {
        const index = instruction.groups.find((one) => group(slots, one));
        const found = index === undefined ? undefined : group(slots, index)!;
        const wanted = found && text.slice(found.start, found.end);
        const next = wanted === undefined ? '' : text.slice(at, at + wanted.length);
        burn(next.length >> 3);
        ok = wanted !== undefined && (next === wanted || (instruction.ignoreCase && next.toLowerCase() === wanted.toLowerCase()));
        if (ok) at += wanted!.length;
        pc++;
        break;
      }
      case 'match':
        if (endAt === undefined || at === endAt) return at;
        ok = false;
        break;
    }
    if (!ok && !fail()) return undefined;
  }
}

function behind(program: readonly Instruction[], text: string, at: number, from: number, slots: number[]): boolean {
  for (let start = at; start >= 0; start--) {
    if (run(program, text, start, from, slots, at) !== undefined) return true;
  }
  return false;
}

function isWord(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const low = text.charCodeAt(at);
  const code = low >= 0xdc00 && low <= 0xdfff && at > 0 ? text.codePointAt(at - 1)! : text.codePointAt(at)!;
  return WORD(code);
}

function holds(anchor: Anchor, text: string, at: number, from: number): boolean {
  switch (anchor) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'end-or-newline':
      return at === text.length || (at === text.length - 1 && text[at] === '\n');
    case 'line-start':
      return at === 0 || text[at - 1] === '\n';
    case 'line-end':
      return at === text.length || text[at] === '\n';
    case 'word':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'not-word':
      return isWord(text, at - 1) === isWord(text, at);
    case 'search-start':
      return at === from;
  }
}
