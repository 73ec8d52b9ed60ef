/** Second half of `npm start`: runs under the pinned Node, with every package there. */
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { banner } from './banner.mjs';
import { ROOT } from './install.mjs';
import { ownerLink } from './owner-link.mjs';
import { PortTaken, startPlatform } from './platform.mjs';
import { plan, seeder } from './seed.mjs';

const say = (line) => console.log(line);

async function main() {
  const port = portFrom(process.env.PORT);
  const stateDir = process.env.STATE_DIR ? resolve(process.env.STATE_DIR) : join(ROOT, '.wrangler', 'state');
  const seeding = seeder(stateDir, plan(fileFrom(process.argv[2])), say);

  let stopping = false;
  let platform;
  const stop = async (code) => {
    if (stopping) return;
    stopping = true;
    await platform?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  // Whoever started us is gone.
  process.on('disconnect', () => stop(0));

  platform = await startPlatform({
    port,
    stateDir,
    say,
    prepare: seeding.pending ? seeding.seed : undefined,
    onError: (line) => stopping || console.error(line),
    onExit: (name) => stopping || restart(name).catch((error) => end(error)),
  });

  /** A region or the upstream comes back alone. Without the router there is no platform: everything ends, to be started anew. */
  async function restart(name) {
    if (name === 'router') {
      console.error('The runtime of the router ended. Nothing is lost: npm start goes on from what is on disk.');
      return stop(1);
    }
    console.error(`The runtime of ${name} ended. It is started again …`);
    // When the router was ended with it, that comes first.
    await new Promise((done) => setTimeout(done, 500));
    if (stopping) return;
    await (name === 'upstream' ? platform.upstream : platform.regions[name]).start();
    console.error(`${name} runs again.`);
  }
  function end(error) {
    console.error(error.message);
    return stop(1);
  }

  if (stopping) return platform.stop();
  say(banner({ platform, applications: seeding.applications(), owner: await ownerLink(platform, 'acme') }));
}

function portFrom(text) {
  if (text === undefined || text === '') return 8787;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is a number from 0 to 65535, not "${text}".`);
  return port;
}

function fileFrom(argument) {
  if (argument === undefined) return undefined;
  // npm runs scripts in the repository; a relative path is meant from where npm was called.
  const path = isAbsolute(argument) ? argument : resolve(process.env.INIT_CWD ?? process.cwd(), argument);
  if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
  return path;
}

main().catch((error) => {
  if (error instanceof PortTaken) {
    console.error(
      error.run
        ? `A platform already runs on this state, at http://127.0.0.1:${error.port} (process ${error.run.pid}). Stop it first.`
        : `Port ${error.port} is in use by another program. Stop that, or choose another port: PORT=8900 npm start.`,
    );
  } else {
    console.error(error.message);
    if (process.env.DEBUG) console.error(error.stack);
  }
  process.exit(1);
});
