/**
 * The tests of the runtime as esbuild puts them together: what they share are a few chunks, so that a file brings some
 * twenty modules into its runtime instead of more than a thousand. Tests and objects still have the same instances.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Plugin as BundlePlugin, build } from 'esbuild';
import type { Plugin } from 'vitest/config';

/** Given by the runtime or by the runner. */
const EXTERNAL = ['cloudflare:*', 'node:*', 'vitest'];
/**
 * With this in it the runner takes a module for one that has its source map inside, and adds none: with the maps of all that is shared
 * every file would be sent three times as much text. What stands in a test file keeps its lines; what it calls is told by its chunk, in
 * `.wrangler/workerd-tests`, which names the file above it. With `SOURCE_MAPS=1` all lines are those of the source.
 */
const HAS_ITS_MAP = '//# sourceMappingSource=vite-generated';
/** As the runner's own plugin has them. */
const CONDITIONS = ['workerd', 'worker', 'module', 'browser'];

/** While files are watched, each is loaded by itself. */
export function bundledTests(root: string): Plugin {
  const folder = join(root, 'test', 'workerd');
  const outdir = join(root, '.wrangler', 'workerd-tests');
  const entries = new Set([...readdirSync(folder).filter((name) => name.endsWith('.test.ts')), 'worker.ts']);
  let watching = false;
  let built: Promise<unknown> | undefined;
  return {
    name: 'bundled-tests',
    enforce: 'pre',
    configureVitest({ vitest }) {
      watching = vitest.config.watch;
    },
    async load(id) {
      const path = id.split('?')[0]!;
      if (watching) return undefined;
      if (dirname(path) === outdir && path.endsWith('.js')) return loaded(path, outdir, process.env.SOURCE_MAPS ? '' : HAS_ITS_MAP);
      if (dirname(path) !== folder || !entries.has(basename(path))) return undefined;
      built ??= bundle(
        [...entries].map((name) => join(folder, name)),
        outdir,
      );
      await built;
      return loaded(join(outdir, basename(path).replace(/\.ts$/, '.js')), outdir, '');
    },
  };
}

async function bundle(entryPoints: string[], outdir: string): Promise<void> {
  await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2024',
    platform: 'node',
    mainFields: ['browser', 'module', 'main'],
    conditions: CONDITIONS,
    external: EXTERNAL,
    plugins: [rawTexts, asItIs],
    legalComments: 'none',
    sourcemap: 'external',
    logLevel: 'error',
  });
}

function loaded(file: string, outdir: string, end: string): { code: string; map: string } {
  return { code: `${withPaths(readFileSync(file, 'utf8'), outdir)}\n${end}\n`, map: readFileSync(`${file}.map`, 'utf8') };
}

/** The chunks lie in another folder than the file that they are loaded for. */
function withPaths(code: string, outdir: string): string {
  return code.replace(/(["'])\.\/([\w.-]+\.js)\1/g, (_, quote: string, name: string) => quote + join(outdir, name) + quote);
}

const rawTexts: BundlePlugin = {
  name: 'raw-texts',
  setup(builder) {
    builder.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path.slice(0, -'?raw'.length)), namespace: 'raw' }));
    builder.onLoad({ filter: /.*/, namespace: 'raw' }, ({ path }) => ({ contents: readFileSync(path), loader: 'text' }));
  },
};

/** WebAssembly, which the runtime compiles, and the pages, which need not be built. */
const asItIs: BundlePlugin = {
  name: 'as-it-is',
  setup(builder) {
    builder.onResolve({ filter: /\.wasm$|\/dashboard\/mount\.js$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path), external: true }));
  },
};
