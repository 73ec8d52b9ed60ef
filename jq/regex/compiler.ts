/** A pattern's tree to the instructions of the machine. */
import type { CharTest } from '#jq/regex/char-classes';
import { PatternError } from '#jq/regex/pattern-error';
import type { Anchor, Part } from '#jq/regex/syntax';

export type Instruction =
  | { op: 'char'; test: CharTest }
  | { op: 'anchor'; at: Anchor }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'save'; slot: number }
  /** Leaves a loop whose round took nothing. */
  | { op: 'progress'; slot: number }
  | { op: 'look'; behind: boolean; negative: boolean; program: Instruction[] }
  | { op: 'atomic'; program: Instruction[] }
  | { op: 'reference'; groups: number[]; ignoreCase: boolean }
  | { op: 'match' };

const MAX_INSTRUCTIONS = 10_000;

/** Throws PatternError. `slots`: how many places the program notes, two for each group and for the whole, and one for each loop. */
export function instructionsOf(root: Part, groups: number): { program: Instruction[]; slots: number } {
  const compiler = new Compiler(groups);
  const program = compiler.program(root);
  return { program, slots: compiler.slots };
}

class Compiler {
  slots: number;
  private size = 0;

  constructor(groups: number) {
    this.slots = 2 * groups + 2;
  }

  program(part: Part): Instruction[] {
    const out: Instruction[] = [];
    this.add(part, out);
    this.push(out, { op: 'match' });
    return out;
  }

  private push(out: Instruction[], instruction: Instruction): void {
    if (++this.size > MAX_INSTRUCTIONS) throw new PatternError('the pattern is too large');
    out.push(instruction);
  }

  private add(part: Part, out: Instruction[]): void {
    switch (part.kind) {
      case 'char':
        return this.push(out, { op: 'char', test: part.test });
      case 'anchor':
        return this.push(out, { op: 'anchor', at: part.at });
      case 'concat':
        for (const inner of part.parts) this.add(inner, out);
        return;
      case 'either':
        return this.either(part.parts, out);
      case 'capture':
        this.push(out, { op: 'save', slot: 2 * part.index });
        this.add(part.part, out);
        return this.push(out, { op: 'save', slot: 2 * part.index + 1 });
      case 'look':
        return this.push(out, { op: 'look', behind: part.behind, negative: part.negative, program: this.program(part.part) });
      case 'atomic':
        return this.push(out, { op: 'atomic', program: this.program(part.part) });
      case 'reference':
        return this.push(out, { op: 'reference', groups: part.groups(), ignoreCase: part.ignoreCase });
      case 'repeat':
        if (part.mode === 'possessive') return this.push(out, { op: 'atomic', program: this.program({ ...part, mode: 'greedy' }) });
        return this.repeat(part, out);
    }
  }

  private either(parts: readonly Part[], out: Instruction[]): void {
    const ends: { op: 'jump'; to: number }[] = [];
    for (const [index, part] of parts.entries()) {
      if (index === parts.length - 1) {
        this.add(part, out);
        continue;
      }
      const split = { op: 'split' as const, first: out.length + 1, second: 0 };
      this.push(out, split);
      this.add(part, out);
      const jump = { op: 'jump' as const, to: 0 };
      this.push(out, jump);
      ends.push(jump);
      split.second = out.length;
    }
    for (const jump of ends) jump.to = out.length;
  }

  private repeat(part: Part & { kind: 'repeat' }, out: Instruction[]): void {
    const lazy = part.mode === 'lazy';
    for (let i = 0; i < part.min; i++) this.add(part.part, out);
    if (part.max === Number.POSITIVE_INFINITY) {
      const slot = this.slots++;
      const split = { op: 'split' as const, first: 0, second: 0 };
      const loop = out.length;
      this.push(out, split);
      this.push(out, { op: 'save', slot });
      this.add(part.part, out);
      this.push(out, { op: 'progress', slot });
      this.push(out, { op: 'jump', to: loop });
      [split.first, split.second] = lazy ? [out.length, loop + 1] : [loop + 1, out.length];
      return;
    }
    const splits: { split: { first: number; second: number }; body: number }[] = [];
    for (let i = part.min; i < part.max; i++) {
      const split = { op: 'split' as const, first: 0, second: 0 };
      this.push(out, split);
      splits.push({ split, body: out.length });
      this.add(part.part, out);
    }
    for (const { split, body } of splits) [split.first, split.second] = lazy ? [out.length, body] : [body, out.length];
  }
}
