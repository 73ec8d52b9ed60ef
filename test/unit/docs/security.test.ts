/** The threat model names a control and a test for every threat, and all of them are there. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const model = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

const [, table = ''] = model.split('| threat | control | test |\n|---|---|---|\n');
const threats = table
  .slice(0, table.indexOf('\n\n'))
  .split('\n')
  .map((line) => line.slice(2, -2).split(' | ') as [threat: string, control: string, test: string]);

const files = (cell: string) => [...cell.matchAll(/`([\w./-]+\.(?:tsx?|mjs|toml))`/g)].map(([, path]) => path!);

it('has threats', () => {
  expect(threats.length).toBeGreaterThan(15);
  expect(model).toMatch(/version \d+/);
});

it.each(threats)('%s', (_threat, control, test) => {
  expect(files(control)).not.toEqual([]);
  expect(files(test)).not.toEqual([]);
  expect(files(test).filter((path) => !path.startsWith('test/') || !path.endsWith('.test.ts'))).toEqual([]);
  expect([...files(control), ...files(test)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
