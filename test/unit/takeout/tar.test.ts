/** Archives that the tar of the system reads. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { tarEnd, tarHeader, tarPadding } from '#storage/tar';

const long = `${'a'.repeat(120)}/${'b'.repeat(90)}.jsonl`;

it('names, sizes and contents come back', () => {
  const entries: [string, string][] = [
    ['executions/e.jsonl', '{"a":1}\n'],
    ['empty', ''],
    ['whole-block', 'x'.repeat(512)],
    ['rows/ü.jsonl', 'ü'.repeat(700)],
    [long, 'long'],
  ];
  const blocks = entries.flatMap(([name, text]) => {
    const bytes = new TextEncoder().encode(text);
    return [tarHeader(name, bytes.byteLength, 1_700_000_000_000), bytes, tarPadding(bytes.byteLength)];
  });
  const archive = Buffer.concat([...blocks, tarEnd()]);
  expect(archive.byteLength % 512).toBe(0);
  const tar = (...args: string[]) => execFileSync('tar', args, { input: archive, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  expect(tar('-tf', '-', '--quoting-style=literal').trim().split('\n')).toEqual(entries.map(([name]) => name));
  for (const [name, text] of entries) expect(tar('-xOf', '-', name)).toBe(text);
});

it('refuses a name that does not fit', () => {
  expect(() => tarHeader('c'.repeat(101), 0, 0)).toThrow(RangeError);
  expect(() => tarHeader(`${'c'.repeat(160)}/d`, 0, 0)).toThrow(RangeError);
});
