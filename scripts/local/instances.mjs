/**
 * One runtime process (workerd) per Worker: the router, each region, the example upstream.
 *
 * Options come from the same `wrangler.toml` that is deployed; only what has no local meaning is replaced: secrets,
 * the service bindings (they become loopback addresses, for the Workers are processes of their own), the placement.
 *
 * Invariants
 * 1. An instance's state lies below its own folder and nowhere else.
 * 2. Its public socket goes straight to the Worker: no proxy in between that would change URL, Host or headers.
 * 3. Nothing is fetched from the network to start.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { databaseOf, databasesWorker } from './d1.mjs';
import { loadMiniflare } from './miniflare.mjs';
import { freePort } from './ports.mjs';
import { listeningChild } from './processes.mjs';
import './runtime-flags.mjs';

// Read by wrangler when it has something to say; what matters arrives here as an error.
process.env.WRANGLER_LOG ??= 'error';

const { Log, LogLevel, Miniflare } = loadMiniflare();

const ASSETS = 'assets';

/** Part of wrangler's output that this miniflare knows; the rest belongs to products we do not bind. */
const KNOWN = ['compatibilityDate', 'compatibilityFlags', 'd1Databases', 'r2Buckets', 'queueProducers', 'queueConsumers', 'durableObjects'];

/**
 * Starts a Worker and answers once it listens.
 *
 * @param {object} spec
 * @param {string} spec.name      name in messages and of its log file
 * @param {string} spec.config    path of the wrangler.toml
 * @param {string} [spec.env]     environment in it
 * @param {string} spec.script    main module of the bundle
 * @param {number} spec.port      loopback port of the Worker
 * @param {string} spec.stateDir  folder of D1, R2 and objects
 * @param {string} spec.logDir    folder of `<name>.log`, what the Worker writes to its console
 * @param {object} [spec.bindings]  values over those of the configuration
 * @param {object} [spec.services]  service binding -> loopback port
 * @param {(request: import('miniflare').Request) => Promise<import('miniflare').Response>} [spec.outbound]  answers what the Worker
 *   fetches from the network, in its place
 * @param {number} [spec.inspectorPort]  loopback port of the runtime's inspector; without it there is none
 * @param {(line: string) => void} [spec.onError]  gets every console.error of the Worker
 * @returns {Promise<{name: string, pid: number, port: number, d1(binding: string): Promise<any>, dispose(): Promise<void>}>}
 */
export async function startInstance(spec) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(spec.config, spec.env);
  mkdirSync(spec.stateDir, { recursive: true });
  mkdirSync(spec.logDir, { recursive: true });
  const logFile = join(spec.logDir, `${spec.name}.log`);
  const secret = randomUUID();
  // miniflare's own entrance; used by `d1` below, and it tells the process from its siblings.
  const entryPort = await freePort();
  const runtime = keepingSignals(
    () =>
      new Miniflare({
        host: '127.0.0.1',
        port: entryPort,
        ...(spec.inspectorPort ? { inspectorPort: spec.inspectorPort } : {}),
        cf: false,
        log: new Log(LogLevel.NONE),
        defaultPersistRoot: spec.stateDir,
        handleStructuredLogs: ({ timestamp, level, message }) => {
          appendFileSync(logFile, `${new Date(timestamp).toISOString()} ${level} ${message}\n`);
          if (level === 'error') spec.onError?.(`[${spec.name}] ${message}`);
        },
        workers: [
          {
            name: spec.name,
            ...Object.fromEntries(KNOWN.filter((key) => workerOptions[key] !== undefined).map((key) => [key, workerOptions[key]])),
            // For `ctx.abort`: an answer that its source breaks off is broken off (`workers/door/breaking-off.ts`).
            compatibilityFlags: [...(workerOptions.compatibilityFlags ?? []), 'experimental'],
            modules: modulesOf(spec.script),
            modulesRoot: dirname(spec.script),
            bindings: { ...workerOptions.bindings, ...spec.bindings },
            serviceBindings: {
              ...Object.fromEntries(
                Object.entries(spec.services ?? {}).map(([binding, port]) => [binding, { external: { address: `127.0.0.1:${port}`, http: {} } }]),
              ),
              ...(workerOptions.assets ? { [workerOptions.assets.binding]: ASSETS } : {}),
            },
            ...(spec.outbound ? { outboundService: spec.outbound } : {}),
            unsafeDirectSockets: [{ host: '127.0.0.1', port: spec.port }],
          },
          ...(workerOptions.assets ? [assetsWorker(workerOptions)] : []),
          ...(workerOptions.d1Databases ? [databasesWorker(workerOptions, secret)] : []),
        ],
      }),
  );
  await runtime.ready;
  return {
    name: spec.name,
    port: spec.port,
    pid: await listeningChild(process.pid, entryPort),
    /** Has the Worker do what its cron trigger would have it do. Miniflare knows no clock of its own for these. */
    scheduled: async (at = Date.now()) => {
      await (await runtime.getWorker(spec.name)).scheduled({ scheduledTime: new Date(at) });
    },
    d1: async (binding) => databaseOf(runtime, secret, binding),
    dispose: () => runtime.dispose(),
  };
}

/** A bundle's modules, its main one first, then what it imports from beside it. Named here, for to find them miniflare would parse megabytes at every start. */
function modulesOf(script) {
  const folder = dirname(script);
  const beside = readdirSync(folder).flatMap((name) => {
    const type = name.endsWith('.wasm') ? 'CompiledWasm' : name.endsWith('.mjs') ? 'ESModule' : undefined;
    return type === undefined ? [] : [{ type, path: join(folder, name) }];
  });
  return [{ type: 'ESModule', path: script }, ...beside];
}

/**
 * The assets behind their binding. The Worker comes first on every path (`run_worker_first`), so locally the assets
 * stand beside it, not in front of it.
 */
function assetsWorker({ assets, compatibilityDate, compatibilityFlags }) {
  return {
    name: ASSETS,
    compatibilityDate,
    compatibilityFlags,
    modules: true,
    script: 'export default { fetch: () => new Response(null, { status: 404 }) };',
    assets: { directory: assets.directory, binding: assets.binding, routerConfig: { has_user_worker: false }, assetConfig: assets.assetConfig },
  };
}

/** miniflare ends the process on a signal at once; stopping in order is the starter's task. Its hook on `exit` stays. */
function keepingSignals(create) {
  const signals = ['SIGINT', 'SIGTERM'];
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const created = create();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.get(signal).includes(listener)) process.removeListener(signal, listener);
  }
  return created;
}
