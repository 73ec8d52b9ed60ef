/** Exported executions: written, read, verified, replayed; and refused when anything in them was touched. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { Problem } from '#contracts/problems';
import { Chain } from '#portable/chain';
import { checkReplay } from '#portable/check';
import { linesOf, readExport } from '#portable/read';
import { verifyExport } from '#portable/verify';
import { exportLines } from '#portable/write';
import { externalize } from '#storage/payloads';
import { SCENARIOS } from '../engine/scenarios.ts';
import { definitionOf, deskContext, deskEvaluator, type Scenario } from '../engine/simulation.ts';

const golden = (name: string) => JSON.parse(readFileSync(new URL(`../../golden/${name}.v1.json`, import.meta.url).pathname, 'utf8')) as LogEvent[];

async function written(scenario: Scenario, log: LogEvent[], content: 'export' | 'archive' = 'export'): Promise<string[]> {
  const facts = log[0]!.data as Extract<LogEvent, { type: 'execution.started' }>['data'];
  const { events, payloads } = externalize(log, facts);
  const lines: string[] = [];
  const source = { length: events.length, page: (from: number, limit: number) => events.slice(from - 1, from - 1 + limit) };
  const whole = {
    definition: async () => ({ definition: definitionOf(scenario.pipeline), source: 'name: shop' }),
    payload: async ({ key }: { key: string }) => payloads.find((payload) => payload.key === key)?.text ?? null,
  };
  for await (const line of exportLines({ ...source, ...(content === 'export' ? { export: whole } : {}) })) lines.push(line.trimEnd());
  return lines;
}

async function opened(lines: string[]) {
  const file = await readExport(lines);
  verifyExport(file);
  return file;
}

const refusal = (lines: string[]) =>
  opened(lines).then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? `${error.code}: ${error.message}` : error),
  );

/** The same lines, chained anew: what somebody makes who knows how. */
function chained(bodies: object[]): string[] {
  const chain = new Chain();
  return bodies.map((body) => chain.write(body));
}

const bodies = (lines: string[]) =>
  lines.map((line) => {
    const { hash: _, ...body } = JSON.parse(line);
    return body;
  });

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  it('is exported, verified and replayed', async () => {
    const file = await opened(await written(scenario, golden(name)));
    expect(file.events).toEqual(golden(name));
    expect(checkReplay(file, { evaluator: deskEvaluator, context: deskContext })).toMatchObject({ ok: true });
  });
});

describe('a file', () => {
  const scenario = SCENARIOS['saga-third-fails']!;
  const log = golden('saga-third-fails');
  const large = log.map((event) =>
    event.type === 'step.output_recorded'
      ? { ...event, data: { ...event.data, output: { value: { text: 'ä'.repeat(70_000), step: event.data.step_name } } } }
      : event,
  ) as LogEvent[];

  it('has the same bytes each time it is written', async () => {
    expect(await written(scenario, log)).toEqual(await written(scenario, log));
  });

  it('carries large values, each once, with their hashes', async () => {
    const file = await opened(await written(scenario, large));
    expect(file.payloads.size).toBe(2);
    for (const { text, sha256 } of file.payloads.values()) expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    const archive = await opened(await written(scenario, large, 'archive'));
    expect([archive.payloads.size, archive.definitions.length, archive.events.length]).toEqual([0, 0, large.length]);
  });

  it('comes in pieces of any size', async () => {
    const bytes = new TextEncoder().encode(`${(await written(scenario, large)).join('\n')}\n`);
    for (const size of [1_000, 65_537, bytes.length]) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      expect((await readExport(linesOf(stream, bytes.length))).events.length).toBe(large.length);
    }
    const long = new Blob([bytes]).stream() as unknown as ReadableStream<Uint8Array>;
    await expect(readExport(linesOf(long, bytes.length - 1))).rejects.toMatchObject({ code: 'body_too_large' });
  });

  const cases: Record<string, [change: (lines: string[]) => string[], says: RegExp]> = {
    'with a letter changed': [(lines) => lines.with(5, lines[5]!.replace('reserve', 'preserve')), /Line 6 does not follow/],
    'without a line': [(lines) => lines.toSpliced(4, 1), /Line 5 does not follow/],
    'with two lines exchanged': [(lines) => lines.with(4, lines[5]!).with(5, lines[4]!), /Line 5 does not follow/],
    'that ends early': [(lines) => lines.slice(0, -1), /before its seal: it is not whole/],
    'cut inside of a line': [(lines) => [...lines.slice(0, 6), lines[6]!.slice(0, 100)], /Line 7 does not follow/],
    'with a line behind the seal': [(lines) => [...lines, lines[1]!], /does not follow/],
    'with a second seal': [(lines) => chained([...bodies(lines), bodies(lines).at(-1)!]), /stands behind the seal/],
    empty: [() => [], /is empty/],
    'that is something else': [() => ['{"hello": 1}'], /Line 1 does not begin/],
    'that begins with an event': [(lines) => chained(bodies(lines).slice(2)), /is a event; expected header/],
    'of a later format': [
      (lines) => chained(bodies(lines).with(0, { ...bodies(lines)[0], format: 'workflow.execution/9' })),
      /Line 1 is not as this version writes it: format/,
    ],
    'with an unknown event': [(lines) => chained(bodies(lines).with(3, { ...bodies(lines)[3], type: 'step.vanished' })), /Line 4 .*type/],
    'with a gap, chained anew': [(lines) => chained(bodies(lines).toSpliced(5, 1)), /the log has a gap/],
    'with another end, chained anew': [
      (lines) => chained(bodies(lines).with(-1, { ...bodies(lines).at(-1), status: 'completed' })),
      /comes to compensated; the seal says completed/,
    ],
    'with another output, chained anew': [
      (lines) =>
        chained(bodies(lines).map((body) => (body.type === 'step.output_recorded' ? { ...body, data: { ...body.data, output: { value: 'forged' } } } : body))),
      /not the one that was sealed/,
    ],
    'with another tenant in its header': [
      (lines) => chained(bodies(lines).with(0, { ...bodies(lines)[0], tenant: 'globex' })),
      /another execution than the log/,
    ],
    'that cannot be folded': [
      (lines) => chained(bodies(lines).map((body) => (body.type === 'saga.compensating' ? { ...body, data: { ...body.data, steps: 7 } } : body))),
      /cannot be folded|not the one that was sealed/,
    ],
    'whose definition is another': [(lines) => chained(bodies(lines).with(1, { ...bodies(lines)[1], definition_hash: 'b'.repeat(64) })), /says of itself/],
    'too deep': [(lines) => chained([bodies(lines)[0]!, { kind: 'definition', deep: JSON.parse('['.repeat(300) + ']'.repeat(300)) }]), /nests deeper/],
  };
  it.each(Object.entries(cases))('%s is refused', async (_, [change, says]) => {
    const said = await refusal(change(await written(scenario, log)));
    expect(said).toMatch(/^invalid_export: /);
    expect(said).toMatch(says);
  });

  it.each<[string, (lines: object[]) => object[], RegExp]>([
    ['missing', (lines) => lines.filter((line) => (line as { kind: string }).kind !== 'payload'), /seal counts 2 payloads; there are 0/],
    [
      'changed',
      (lines) => lines.map((line) => ((line as { kind: string }).kind === 'payload' ? { ...line, text: '"short"' } : line)),
      /is not the one in the file/,
    ],
  ])('a large value that is %s is found', async (_, change, says) => {
    const lines = chained(change(bodies(await written(scenario, large))));
    expect(await refusal(lines)).toMatch(says);
  });

  it('whose log was written by another engine is found by replaying it', async () => {
    const file = await opened(await written(scenario, log));
    const other = {
      ...deskEvaluator,
      resolve: (...of: Parameters<typeof deskEvaluator.resolve>) => ({ ...deskEvaluator.resolve(...of), input: 'another' }) as never,
    };
    expect(checkReplay(file, { evaluator: other, context: deskContext })).toMatchObject({ ok: false, seq: 3, path: 'data.input.value' });
    expect(() => checkReplay({ ...file, definitions: [] }, { evaluator: deskEvaluator, context: deskContext })).toThrow(/has no definition/);
  });
});
