/**
 * A chain of lines: each begins with the SHA-256 of the line before it and its own text, so that a change, a gap or
 * another order anywhere breaks it there. The last hash stands for the whole.
 */
import { createHash } from 'node:crypto';
import { Problem } from '#contracts/problems';

const LINE = /^\{"hash":"([0-9a-f]{64})",/;

export class Chain {
  /** Hash of the line before; empty before the first. */
  #last = '';
  #lines = 0;

  get last(): string {
    return this.#last;
  }

  get lines(): number {
    return this.#lines;
  }

  /** The next line, without a line break. */
  write(body: object): string {
    const rest = JSON.stringify(body).slice(1);
    return `{"hash":"${this.#add(rest)}",${rest}`;
  }

  /** What the next line says. Throws Problem('invalid_export') when it does not continue the chain. */
  read(line: string): unknown {
    const number = this.#lines + 1;
    const given = LINE.exec(line)?.[1];
    if (given === undefined) throw new Problem('invalid_export', `Line ${number} does not begin with {"hash":"…": it is no line of an exported execution.`);
    const rest = line.slice(given.length + 11);
    if (this.#add(rest) !== given) {
      throw new Problem('invalid_export', `Line ${number} does not follow the line before it: it was changed, or lines are missing or in another order.`);
    }
    try {
      return JSON.parse(`{${rest}`);
    } catch {
      throw new Problem('invalid_export', `Line ${number} is not JSON.`);
    }
  }

  #add(rest: string): string {
    this.#last = createHash('sha256').update(`${this.#last}\n${rest}`).digest('hex');
    this.#lines++;
    return this.#last;
  }
}
