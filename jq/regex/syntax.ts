/** Patterns in Oniguruma's Perl syntax, which jq uses, to a tree. What is not known is an error, never a guess. */

import { between, type CharTest, ofClass } from '#jq/regex/char-classes';
import { CharacterReader, type Flags } from '#jq/regex/characters';
import { PatternError } from '#jq/regex/pattern-error';

export type Anchor = 'start' | 'end' | 'end-or-newline' | 'line-start' | 'line-end' | 'word' | 'not-word' | 'search-start';

export type Part =
  | { kind: 'char'; test: CharTest }
  | { kind: 'anchor'; at: Anchor }
  | { kind: 'concat'; parts: Part[] }
  | { kind: 'either'; parts: Part[] }
  | { kind: 'repeat'; part: Part; min: number; max: number; mode: 'greedy' | 'lazy' | 'possessive' }
  | { kind: 'capture'; index: number; part: Part }
  | { kind: 'look'; behind: boolean; negative: boolean; part: Part }
  | { kind: 'atomic'; part: Part }
  /** Of several groups of a name, the last that took part. */
  | { kind: 'reference'; groups: () => number[]; ignoreCase: boolean };

export interface Pattern {
  root: Part;
  /** Names of the groups, from the first on. */
  names: (string | null)[];
}

const MAX_PATTERN = 4000;
const MAX_REPEAT = 1000;

export function parsePattern(source: string, flags: Flags): Pattern {
  if (source.length > MAX_PATTERN) throw new PatternError(`a pattern may have ${MAX_PATTERN} characters`);
  return new PatternParser(source, flags.ecma).parse(flags);
}

const ANCHORS: ReadonlyMap<string, Anchor> = new Map([
  ['b', 'word'],
  ['B', 'not-word'],
  ['A', 'start'],
  ['z', 'end'],
  ['Z', 'end-or-newline'],
  ['G', 'search-start'],
]);

class PatternParser extends CharacterReader {
  private readonly names: (string | null)[] = [];
  private readonly wanted: { group: number | string; place: number }[] = [];

  parse(flags: Flags): Pattern {
    const root = this.either({ ...flags });
    if (this.at < this.source.length) throw new PatternError('unmatched close parenthesis');
    for (const { group } of this.wanted) {
      if (typeof group === 'number' ? group > this.names.length : !this.names.includes(group)) {
        throw new PatternError(typeof group === 'number' ? 'invalid backref number/name' : `undefined name <${group}> reference`);
      }
    }
    return { root, names: this.names };
  }

  private either(flags: Flags): Part {
    this.deeper();
    // A flag such as (?i) holds to the end of its group.
    const own = { ...flags };
    const parts = [this.concat(own)];
    while (this.accept('|')) parts.push(this.concat(own));
    this.depth--;
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  private concat(flags: Flags): Part {
    const parts: Part[] = [];
    while (this.at < this.source.length && !this.sees('|') && !this.sees(')')) {
      if (flags.extended && this.skipBlank()) continue;
      const atom = this.atom(flags);
      if (atom) parts.push(this.quantified(atom, flags));
    }
    return { kind: 'concat', parts };
  }

  private skipBlank(): boolean {
    const match = /^(?:\s+|#[^\n]*)/.exec(this.source.slice(this.at));
    if (match) this.at += match[0].length;
    return match !== null;
  }

  private quantified(atom: Part, flags: Flags): Part {
    let part = atom;
    while (true) {
      while (flags.extended && this.skipBlank()) {}
      const range = this.quantifier();
      if (!range) return part;
      const mode = this.accept('?') ? 'lazy' : !range.counted && this.accept('+') ? 'possessive' : 'greedy';
      part = { kind: 'repeat', part, min: range.min, max: range.max, mode };
    }
  }

  private quantifier(): { min: number; max: number; counted: boolean } | undefined {
    if (this.accept('*')) return { min: 0, max: Number.POSITIVE_INFINITY, counted: false };
    if (this.accept('+')) return { min: 1, max: Number.POSITIVE_INFINITY, counted: false };
    if (this.accept('?')) return { min: 0, max: 1, counted: false };
    const match = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(this.source.slice(this.at, this.at + 20));
    if (!match) return undefined;
    this.at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (max < min) throw new PatternError('upper is smaller than lower in repeat range');
    if (min > MAX_REPEAT || (Number.isFinite(max) && max > MAX_REPEAT)) throw new PatternError('too big number is repeated');
    return { min, max, counted: true };
  }

  private atom(flags: Flags): Part | undefined {
    const char = this.take();
    switch (char) {
      case '(':
        return this.group(flags);
      case '[':
        return { kind: 'char', test: this.set(flags) };
      case '.':
        return { kind: 'char', test: flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return { kind: 'anchor', at: flags.multiLine ? 'line-start' : 'start' };
      case '$':
        return { kind: 'anchor', at: flags.multiLine ? 'line-end' : flags.ecma ? 'end' : 'end-or-newline' };
      case '*':
      case '+':
      case '?':
        throw new PatternError('target of repeat operator is not specified');
      case '\\':
        return this.escape(flags);
      default:
        return literal(char.codePointAt(0)!, flags);
    }
  }

  private group(flags: Flags): Part | undefined {
    if (!this.accept('?')) return this.capture(null, flags);
    if (this.accept('#')) {
      const end = this.source.indexOf(')', this.at);
      if (end === -1) throw new PatternError('end pattern in group');
      this.at = end + 1;
      return undefined;
    }
    if (this.accept(':')) return this.closed(this.either(flags));
    if (this.accept('=')) return { kind: 'look', behind: false, negative: false, part: this.closed(this.either(flags)) };
    if (this.accept('!')) return { kind: 'look', behind: false, negative: true, part: this.closed(this.either(flags)) };
    if (this.accept('>')) return { kind: 'atomic', part: this.closed(this.either(flags)) };
    if (this.accept('<=')) return { kind: 'look', behind: true, negative: false, part: this.closed(this.either(flags)) };
    if (this.accept('<!')) return { kind: 'look', behind: true, negative: true, part: this.closed(this.either(flags)) };
    const rest = this.source.slice(this.at, this.at + 120);
    const named = /^(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
    if (named) {
      this.at += named[0].length;
      return this.capture((named[1] ?? named[2])!, flags);
    }
    const switches = /^([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (!switches) throw new PatternError('undefined group option');
    this.at += switches[0].length;
    const inner = { ...flags };
    for (const letter of switches[1]!) inner[FLAG_NAMES[letter as keyof typeof FLAG_NAMES]] = true;
    for (const letter of switches[2] ?? '') inner[FLAG_NAMES[letter as keyof typeof FLAG_NAMES]] = false;
    if (switches[3] === ':') return this.closed(this.either(inner));
    Object.assign(flags, inner);
    return undefined;
  }

  private capture(name: string | null, flags: Flags): Part {
    const index = this.names.push(name);
    return { kind: 'capture', index, part: this.closed(this.either(flags)) };
  }

  private closed(part: Part): Part {
    if (!this.accept(')')) throw new PatternError('end pattern with unmatched parenthesis');
    return part;
  }

  private escape(flags: Flags): Part | undefined {
    const letter = this.take('end pattern at escape');
    const anchor = ANCHORS.get(letter);
    if (anchor) return { kind: 'anchor', at: anchor };
    if (letter === 'Q') return this.quotation(flags);
    if (letter === 'K' || letter === 'g') throw new PatternError(`\\${letter} is not supported`);
    if (letter === 'R') return LINE_BREAK;
    if (letter === 'X') return CLUSTER;
    if (letter === 'k') {
      const match = /^(?:<(\w+)>|'(\w+)')/.exec(this.source.slice(this.at, this.at + 120));
      if (!match) throw new PatternError('invalid backref number/name');
      this.at += match[0].length;
      const name = (match[1] ?? match[2])!;
      return this.reference(/^\d+$/.test(name) ? Number(name) : name, flags);
    }
    const number = /^[1-9]\d{0,2}/.exec(letter + this.source.slice(this.at, this.at + 2))?.[0];
    if (number !== undefined) {
      this.at += number.length - 1;
      return this.reference(Number(number), flags);
    }
    const test = this.classOf(letter);
    return test ? { kind: 'char', test } : literal(this.code(letter), flags);
  }

  private quotation(flags: Flags): Part {
    const end = this.source.indexOf('\\E', this.at);
    const text = this.source.slice(this.at, end === -1 ? undefined : end);
    this.at = end === -1 ? this.source.length : end + 2;
    return { kind: 'concat', parts: Array.from(text, (char) => literal(char.codePointAt(0)!, flags)) };
  }

  private reference(group: number | string, flags: Flags): Part {
    this.wanted.push({ group, place: this.at });
    const groups = typeof group === 'number' ? () => [group] : () => this.names.flatMap((name, index) => (name === group ? [index + 1] : [])).reverse();
    return { kind: 'reference', groups, ignoreCase: flags.ignoreCase };
  }
}

const FLAG_NAMES = { i: 'ignoreCase', m: 'multiLine', s: 'dotAll', x: 'extended' } as const;

const LINE_BREAK: Part = {
  kind: 'either',
  parts: [
    { kind: 'concat', parts: [char(13), char(10)] },
    { kind: 'char', test: (code) => (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029 },
  ],
};
/** A character with the marks that belong to it. */
const CLUSTER: Part = {
  kind: 'concat',
  parts: [
    { kind: 'char', test: () => true },
    { kind: 'repeat', part: { kind: 'char', test: ofClass('[\\p{M}\\u200d]') }, min: 0, max: Number.POSITIVE_INFINITY, mode: 'possessive' },
  ],
};

function char(code: number): Part {
  return { kind: 'char', test: (other) => other === code };
}

function literal(code: number, flags: Flags): Part {
  return { kind: 'char', test: between(code, code, flags.ignoreCase) };
}
