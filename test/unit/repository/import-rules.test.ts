/** The import rules catch what they are there to catch: a small tree with one forbidden import a file. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

const CASES: [rule: string, file: string, source: string][] = [
  ['room-contracts', 'contracts/a.ts', "import type { B } from '#engine/b';\nexport type A = B;"],
  ['room-engine', 'engine/stores.ts', "import { b } from '#storage/b';\nexport const a = b;"],
  ['room-jq', 'jq/a.ts', "import { b } from '#steps/b';\nexport const a = b;"],
  ['room-steps', 'steps/a.ts', "import { b } from '#engine/b';\nexport const a = b;"],
  ['room-durable-objects', 'durable-objects/a.ts', "export { b } from '#steps/b';"],
  ['room-dashboard', 'dashboard/src/a.tsx', "import { b } from '../../workers/b';\nexport const a = () => <p>{b}</p>;"],
  ['router-knows-contracts-only', 'workers/router/a.ts', "import { b } from '#storage/b';\nexport const a = b;"],
  ['door-knows-contracts-only', 'workers/door/a.ts', "import { b } from '#storage/b';\nexport const a = b;"],
  ['engine-is-pure-core-modules', 'engine/reads.ts', "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;"],
  ['only-cloudflare-', 'steps/runtime.ts', "import { env } from 'cloudflare:workers';\nexport const a = env;"],
  ['only-hono', 'storage/a.ts', "import type { Hono } from 'hono';\nexport type A = Hono;"],
  ['nothing-imports-tests', 'workers/a.ts', "import { b } from '../test/b';\nexport const a = b;"],
  ['no-cycles', 'engine/a.ts', "import { c } from './c';\nexport const a = () => c;"],
  ['resolvable', 'engine/lost.ts', "import { b } from '#engine/gone';\nexport const a = b;"],
];

const tree = mkdtempSync(join(tmpdir(), 'import-rules-'));
let broken: string[];

beforeAll(async () => {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  for (const room of ['engine', 'storage', 'steps', 'workers', 'test']) write(`${room}/b.ts`, 'export const b = 1;\nexport type B = number;');
  write('engine/c.ts', "import { a } from './a';\nexport const c = () => a;");
  write('node_modules/hono/package.json', '{ "name": "hono", "main": "index.js" }');
  write('node_modules/hono/index.js', '');
  for (const [, file, source] of CASES) write(file, source);
  cpSync(join(ROOT, 'package.json'), join(tree, 'package.json'));
  broken = await violations();
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

it.each(CASES)('%s', (rule, file) => {
  expect(broken).toContain(`${file}: ${rule}`);
});

it('what imports nothing forbidden breaks none', () => {
  expect(broken.filter((line) => line.startsWith('storage/b.ts'))).toEqual([]);
});

/** `file: rule` of each rule that the tree breaks. */
function violations(): Promise<string[]> {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const args = [program, '--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      if (!stdout) return reject(error);
      const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
      resolve(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`));
    });
  });
}
