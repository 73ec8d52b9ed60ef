/** A built Worker is its main module, with its source map, and the WebAssembly that it imports from beside it. */
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies a bundle into `folder`, its main module under the name `main`; answers the path of that. */
export function copyBundle(script: string, folder: string, main: string): string {
  const from = dirname(script);
  for (const file of readdirSync(from)) if (file.endsWith('.wasm')) copyFileSync(join(from, file), join(folder, file));
  const copy = join(folder, main);
  copyFileSync(script, copy);
  if (existsSync(`${script}.map`)) copyFileSync(`${script}.map`, `${copy}.map`);
  return copy;
}
