/** The files that a document names, found by the code of the command line, bundled on the fly. */

import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './install.mjs';

let loading;

/** `{path: {base64}}`; what is not there is left out. */
export async function filesOf(file, source) {
  loading ??= load();
  const { readFiles } = await loading;
  return readFiles(file, source, ROOT);
}

async function load() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'cli', 'document-files.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    // Packages written for require find it.
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(join(ROOT, 'package.json'))});` },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
