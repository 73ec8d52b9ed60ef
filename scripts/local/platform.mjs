/**
 * The platform on one machine: router, the regions of `wrangler.toml` and the example upstream, each a process with a folder of its own.
 * `npm start` and the end-to-end tests go through here.
 *
 *     const platform = await startPlatform({ port: 0, stateDir: '/tmp/x' });
 *     await fetch(`${platform.origin}/healthz`);
 *     platform.regions.us.kill();          // SIGKILL, as a crash would
 *     await platform.regions.us.start();   // and back, from what is on disk
 *     await platform.stop();
 *
 * Run it under the pinned Node (`node_modules/.bin/node`), which the packages need.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard, buildWorkers } from './build.mjs';
import { ROOT } from './install.mjs';
import { startInstance } from './instances.mjs';
import { migrate, migrateStored } from './migrations.mjs';
import { freePort, isFree, portOr } from './ports.mjs';
import { ended, endLeftovers, forgetRun, isAlive, lastRun, recordRun, startGuard } from './processes.mjs';
import { localPlacement, regionsIn } from './regions.mjs';
import { findBehind, projectAnew } from './reindex.mjs';
import { localSecrets } from './secrets.mjs';

const CONFIG = join(ROOT, 'wrangler.toml');

/** Hosts of the examples' services; each is a path prefix of the upstream Worker. */
const UPSTREAM_HOSTS = ['inventory-service', 'payment-service', 'shipping-service', 'flights-api', 'hotels-api', 'cars-api', 'api.stripe.com'];

/** As the cron trigger of `wrangler.toml` has it. */
const SWEEP_EVERY_MS = 5 * 60_000;

/** The port is taken. `run` is the start that has it, if it is one of ours. */
export class PortTaken extends Error {
  constructor(port, run) {
    super(`Port ${port} is in use.`);
    this.port = port;
    this.run = run;
  }
}

/**
 * @param {object} [options]
 * @param {number} [options.port]      port of the platform; 0 takes a free one
 * @param {string} [options.stateDir]  where all state lies
 * @param {string} [options.config]    another wrangler.toml
 * @param {boolean} [options.pages]    build the dashboard; without, there are no pages
 * @param {Record<string, string>} [options.secrets]  instead of those in `.dev.vars`
 * @param {(access: {origin: string, adminKey: string}) => Promise<void>} [options.prepare]  runs before the port opens
 * @param {(line: string) => void} [options.say]      progress
 * @param {(line: string) => void} [options.onError]  errors that a Worker logs
 * @param {(name: string) => void} [options.onExit]   a runtime ended without being asked to
 */
export async function startPlatform({
  port = 8787,
  stateDir = join(ROOT, '.wrangler', 'state'),
  config = CONFIG,
  pages = true,
  secrets,
  prepare,
  say = () => {},
  onError = () => {},
  onExit = () => {},
} = {}) {
  const runFile = join(stateDir, 'run.json');
  const earlier = lastRun(runFile);
  if (earlier && earlier.pid !== process.pid && isAlive(earlier.pid)) throw new PortTaken(earlier.port, earlier);
  await endLeftovers(runFile);
  if (port !== 0 && !(await isFree(port))) throw new PortTaken(port);

  const values = secrets ?? localSecrets(join(ROOT, '.dev.vars'));
  if (pages || !existsSync(join(ROOT, 'dashboard', 'dist'))) await buildDashboard(say);
  const scripts = await buildWorkers(say);

  say('Starting router and regions …');
  const publicPort = port === 0 ? await freePort() : port;
  const upstreamPort = port === 0 ? await freePort() : await portOr(port + 1);
  const regions = regionsIn(readFileSync(config, 'utf8'));
  const names = regions.map((region) => region.name);
  const regionPorts = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  const logDir = join(stateDir, 'logs');
  const upstreamOrigin = `http://127.0.0.1:${upstreamPort}`;
  const local = { ADDRESS_RATE: 'unlimited', ...values, MODE: 'local', DOMAIN: 'localhost', QUEUES: 'volatile', PLAN: 'unlimited' };

  const specs = {
    upstream: { config: join(ROOT, 'examples', 'upstream', 'wrangler.toml'), script: scripts.upstream, port: upstreamPort },
    ...Object.fromEntries(
      regions.map(({ name, placement }) => [
        name,
        {
          config,
          env: name,
          script: scripts.region,
          port: regionPorts[name],
          // A jurisdiction cannot be had locally; each region has namespaces and storage of its own instead.
          bindings: { ...local, PLACEMENT: localPlacement(placement), HOST_ALIASES: JSON.stringify(aliases(upstreamOrigin)) },
          services: { ROUTER: publicPort },
        },
      ]),
    ),
    router: {
      config,
      env: 'router',
      script: scripts.router,
      port: publicPort,
      bindings: local,
      services: Object.fromEntries(names.map((name) => [`REGION_${name.toUpperCase()}`, regionPorts[name]])),
    },
  };

  const running = new Map();
  const guard = startGuard();
  const record = () => {
    const runtimes = [...running.values()].map(({ name, pid }) => ({ name, pid }));
    guard.watch(runtimes.map(({ pid }) => pid));
    recordRun(runFile, { pid: process.pid, port: publicPort, runtimes });
  };
  const start = async (name, atPort = specs[name].port) => {
    const dir = join(stateDir, name);
    const isRegion = names.includes(name);
    const migrations = join(ROOT, 'migrations', isRegion ? 'region' : name);
    // Before the runtime begins: what is due there goes off at once, and finds the tables as they are then.
    await migrateStored(dir, migrations);
    const behind = isRegion ? await findBehind(dir, name) : [];
    const instance = await startInstance({ name, stateDir: dir, logDir, onError, ...specs[name], port: atPort });
    running.set(name, instance);
    record();
    if (name === 'router') await migrate(await instance.d1('DIRECTORY'), migrations);
    else if (isRegion) {
      await migrate(await instance.d1('DB'), migrations);
      await projectAnew(`http://127.0.0.1:${atPort}`, values.ADMIN_API_KEY, behind);
    }
  };
  const end = async (name) => {
    const instance = running.get(name);
    running.delete(name);
    record();
    await instance?.dispose();
  };

  const watch = setInterval(() => {
    for (const [name, { pid }] of running) {
      if (isAlive(pid)) continue;
      end(name).then(
        () => onExit(name),
        (error) => onError(error.message),
      );
    }
  }, 250);
  watch.unref();

  const sweeping = setInterval(() => {
    for (const name of names)
      running
        .get(name)
        ?.scheduled()
        .catch((error) => onError(`[${name}] ${error.message}`));
  }, SWEEP_EVERY_MS);
  sweeping.unref();

  const stop = async () => {
    clearInterval(watch);
    clearInterval(sweeping);
    await Promise.all([...running.keys()].map(end));
    guard.watch([]);
    forgetRun(runFile);
  };

  try {
    const begun = await Promise.allSettled(['upstream', ...names].map((name) => start(name)));
    // Only now, so that none begins behind the end of the others.
    const failed = begun.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    if (prepare) {
      // Through a router that nobody else can see yet, so that the platform is whole when its port opens.
      const privatePort = await freePort();
      await start('router', privatePort);
      await prepare({ origin: `http://127.0.0.1:${privatePort}`, adminKey: values.ADMIN_API_KEY });
      await end('router');
    }
    await start('router');
  } catch (error) {
    await stop();
    throw error;
  }

  const handle = (name) => ({
    dir: join(stateDir, name),
    port: specs[name].port,
    get pid() {
      return running.get(name)?.pid;
    },
    /** Ends the runtime at once, as a crash would. */
    async kill() {
      const instance = running.get(name);
      if (!instance) return;
      running.delete(name);
      record();
      process.kill(instance.pid, 'SIGKILL');
      await instance.dispose();
      // Until it is gone it may still take connections to the port that its successor listens on.
      await ended([instance.pid]);
    },
    /** Does what its cron trigger would have it do at that instant. */
    async scheduled(at) {
      await running.get(name)?.scheduled(at);
    },
    /** Starts it again on what is on disk. */
    async start() {
      await start(name);
    },
  });

  return {
    origin: `http://127.0.0.1:${publicPort}`,
    port: publicPort,
    adminKey: values.ADMIN_API_KEY,
    stateDir,
    logDir,
    regions: Object.fromEntries(names.map((name) => [name, handle(name)])),
    router: handle('router'),
    upstream: Object.assign(handle('upstream'), { origin: upstreamOrigin }),
    stop,
  };
}

function aliases(upstreamOrigin) {
  return Object.fromEntries(UPSTREAM_HOSTS.map((host) => [host, `${upstreamOrigin}/${host}`]));
}
