/**
 * Reads an exported execution line by line. Throws Problem('invalid_export'), with the line, at the first that is not
 * as it was written: changed, missing, in another order, after the seal, or too long.
 */
import type { Definition } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import { nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { Chain } from '#portable/chain';
import { type DefinitionLine, eventOf, type Header, type Line, lineSchema, type PayloadLine, type Seal } from '#portable/lines';

export interface PortableExecution {
  header: Header;
  definitions: { hash: string; definition: Definition; source?: string }[];
  events: LogEvent[];
  payloads: Map<string, PayloadLine>;
  seal: Seal;
  /** Hash of the last line: it stands for the whole file. */
  hash: string;
}

/** Which kinds of line may follow which. */
const FOLLOWS: Record<Line['kind'], readonly Line['kind'][]> = {
  header: ['definition', 'event'],
  definition: ['definition', 'event'],
  event: ['event', 'payload', 'seal'],
  payload: ['payload', 'seal'],
  seal: [],
};

export class ExportReader {
  readonly #keep: 'all' | 'nothing';
  readonly #chain = new Chain();
  readonly #definitions: DefinitionLine[] = [];
  readonly #events: LogEvent[] = [];
  readonly #payloads = new Map<string, PayloadLine>();
  #header: Header | undefined;
  #seal: Seal | undefined;
  #last: Line['kind'] | undefined;

  /** `nothing`: only the chain and the form are looked at; events and payloads are left to the caller. */
  constructor({ keep }: { keep: 'all' | 'nothing' } = { keep: 'all' }) {
    this.#keep = keep;
  }

  /** The next line, without its line break. Answers what it is. */
  take(text: string): Line['kind'] {
    const number = this.#chain.lines + 1;
    const refuse = (why: string) => new Problem('invalid_export', `Line ${number} ${why}`);
    if (text.length > LIMITS.exportLine) throw refuse(`has more than ${LIMITS.exportLine} characters.`);
    if (nestsDeeperThan(LIMITS.jsonDepth + 10, text)) throw refuse(`nests deeper than ${LIMITS.jsonDepth} levels.`);
    const parsed = lineSchema.safeParse(this.#chain.read(text));
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw refuse(`is not as this version writes it: ${issue.path.join('.') || 'the line'}: ${issue.message}.`);
    }
    const line = parsed.data;
    const allowed = this.#last === undefined ? (['header'] as const) : FOLLOWS[this.#last];
    if (!(allowed as readonly string[]).includes(line.kind)) {
      throw refuse(this.#last === 'seal' ? 'stands behind the seal.' : `is a ${line.kind}; expected ${allowed.join(' or ')}.`);
    }
    this.#last = line.kind;
    if (line.kind === 'header') this.#header = line;
    else if (line.kind === 'seal') this.#seal = line;
    else if (this.#keep === 'nothing') return line.kind;
    else if (line.kind === 'definition') this.#definitions.push(line);
    else if (line.kind === 'event') this.#events.push(eventOf(line));
    else this.#payloads.set(line.key, line);
    return line.kind;
  }

  end(): PortableExecution {
    if (!this.#header) throw new Problem('invalid_export', 'The file is empty: an exported execution begins with its header.');
    if (!this.#seal) {
      throw new Problem('invalid_export', `The file ends after line ${this.#chain.lines}, before its seal: it is not whole.`);
    }
    return {
      header: this.#header,
      definitions: this.#definitions.map(({ definition_hash, definition, source }) => ({
        hash: definition_hash,
        definition: definition as unknown as Definition,
        ...(source === undefined ? {} : { source }),
      })),
      events: this.#events,
      payloads: this.#payloads,
      seal: this.#seal,
      hash: this.#chain.last,
    };
  }
}

/** From lines, wherever they come from. */
export async function readExport(lines: AsyncIterable<string> | Iterable<string>): Promise<PortableExecution> {
  const reader = new ExportReader();
  for await (const line of lines) if (line !== '') reader.take(line);
  return reader.end();
}

/** Lines of a stream of UTF-8. Throws Problem: invalid_export, body_too_large. */
export async function* linesOf(stream: ReadableStream<Uint8Array>, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  const reader = stream.getReader();
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new Problem('invalid_export', 'The file is not UTF-8 text.');
    }
  };
  let parts: string[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => undefined);
      throw new Problem('body_too_large', `The file may have ${limit} bytes.`);
    }
    const pieces = decode(value).split('\n');
    for (const piece of pieces.slice(0, -1)) {
      yield [...parts, piece].join('');
      parts = [];
    }
    parts.push(pieces.at(-1)!);
  }
  const rest = [...parts, decode()].join('');
  if (rest !== '') yield rest;
}
