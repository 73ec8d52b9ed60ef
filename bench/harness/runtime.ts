/**
 * One bench Worker as a process of its own (workerd), set up like a region of the local platform: same runtime, same
 * compatibility date, its public socket straight at the Worker, state below one folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { Log, LogLevel, Miniflare, type WorkerOptions } from 'miniflare';
import { ROOT } from '../../scripts/local/install.mjs';
import { freePort } from '../../scripts/local/ports.mjs';
import '../../scripts/local/runtime-flags.mjs';
import { meteredEntry } from '../meter/bundle.ts';

/** As in `wrangler.toml`, so that all contestants run under the same rules. */
const CONFIG = readFileSync(`${ROOT}/wrangler.toml`, 'utf8');
const compatibilityDate = /^compatibility_date = "(.+)"$/m.exec(CONFIG)![1]!;

export interface BenchWorker {
  /** Main module, TypeScript. */
  entry: string;
  /** Names of its objects, when what they would be billed is to be counted. */
  metered?: string[];
  stateDir: string;
  options: Omit<Partial<WorkerOptions>, 'modules' | 'script' | 'scriptPath'>;
}

export interface RunningWorker {
  origin: string;
  /** Of the workerd process. */
  pid: number;
  dispose(): Promise<void>;
}

export async function startWorker({ entry, metered, stateDir, options }: BenchWorker): Promise<RunningWorker> {
  const { outputFiles } = await build({
    stdin: {
      contents: metered ? meteredEntry(entry, metered) : `export * from ${JSON.stringify(entry)}; export { default } from ${JSON.stringify(entry)};`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    outdir: ROOT,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy' },
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  });
  const port = await freePort();
  const before = new Set(childrenOf(process.pid));
  const runtime = new Miniflare({
    host: '127.0.0.1',
    port: await freePort(),
    cf: false,
    log: new Log(LogLevel.NONE),
    defaultPersistRoot: stateDir,
    handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
      if (level === 'error') process.stderr.write(`${message}\n`);
    },
    workers: [
      {
        name: 'bench',
        compatibilityDate,
        compatibilityFlags: ['nodejs_compat'],
        ...options,
        modules: outputFiles
          .sort((a, b) => Number(a.path.endsWith('.wasm')) - Number(b.path.endsWith('.wasm')))
          .map(({ path, contents, text }) =>
            path.endsWith('.wasm') ? { type: 'CompiledWasm', path: basename(path), contents } : { type: 'ESModule', path: 'index.js', contents: text },
          ),
        unsafeDirectSockets: [{ host: '127.0.0.1', port }],
      } as WorkerOptions,
    ],
  });
  await runtime.ready;
  const pid = childrenOf(process.pid).find((child) => !before.has(child) && commandOf(child).includes('workerd'));
  if (!pid) throw new Error('The runtime did not start.');
  return { origin: `http://127.0.0.1:${port}`, pid, dispose: () => runtime.dispose() };
}

function childrenOf(parent: number): number[] {
  return readdirSync(`/proc/${parent}/task`).flatMap((task) =>
    readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
