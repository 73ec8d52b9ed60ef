/** Makes the counted twin of a Worker: an entry that takes the Worker's own module and wraps what it exports. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/local/install.mjs';
import { copyBundle } from '../harness/bundle.ts';

const METER = join(import.meta.dirname, 'meter.ts');

/** Source of an entry over `module`, whose objects are `classes`. */
export function meteredEntry(module: string, classes: string[]): string {
  return [
    `import { metered, meteredHandler } from ${JSON.stringify(METER)};`,
    `import * as worker from ${JSON.stringify(module)};`,
    ...classes.map((name) => `export const ${name} = metered(worker.${name});`),
    'export default meteredHandler(worker.default);',
  ].join('\n');
}

/** Copies the bundle of a region into `folder` and answers the counted main module beside it. */
export async function meteredRegion(script: string, folder: string): Promise<string> {
  const config = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
  const classes = [...new Set([...config.matchAll(/^class_name = "(.+)"$/gm)].map((match) => match[1]!))];
  // With this ending it is taken for a module wherever it is imported from.
  const main = './index.mjs';
  mkdirSync(folder);
  copyBundle(script, folder, main);
  const { outputFiles } = await build({
    stdin: { contents: meteredEntry(main, classes), resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    // The bundle stays as it is.
    external: ['cloudflare:*', 'node:*', main],
    logLevel: 'silent',
  });
  const path = join(folder, 'metered.js');
  writeFileSync(path, outputFiles[0]!.text);
  return path;
}
