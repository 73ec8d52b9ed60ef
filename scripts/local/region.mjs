/** Second half of `npm run region`, under the pinned Node. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './install.mjs';
import { addedText, addRegion, RegionError, regionsIn } from './regions.mjs';

const USAGE = 'Usage: npm run region -- add <name> [--place hint:apac | jurisdiction:eu] [--like us] [--dry-run], or npm run region -- list';

function main() {
  const options = { place: { type: 'string' }, like: { type: 'string' }, 'dry-run': { type: 'boolean' }, config: { type: 'string' } };
  const { values, positionals } = parse(options);
  const config = values.config ?? join(ROOT, 'wrangler.toml');
  const before = readFileSync(config, 'utf8');
  const [command, name, ...more] = positionals;
  if (command === 'list' && name === undefined) {
    for (const region of regionsIn(before)) console.log(`${region.name.padEnd(8)} ${region.placement}`);
    return;
  }
  if (command !== 'add' || name === undefined || more.length > 0) throw new RegionError(USAGE);
  const { toml, added, place } = addRegion(before, { name, place: values.place, like: values.like });
  if (!added) return console.log(`The region ${name} is in wrangler.toml already, at ${place}. Nothing was changed.`);
  if (values['dry-run']) {
    console.log(`Would be added to wrangler.toml, ${name} at ${place}:\n\n${addedText(before, toml)}`);
    return;
  }
  writeFileSync(config, toml);
  console.log(`${name} at ${place} is in wrangler.toml. npm start and the tests run it from now on. To have it on Cloudflare:
  npm run deploy -- ${name} --dry-run   says which resources to create, and how
  npm run deploy -- ${name}             deploys the region
  npm run deploy -- router${' '.repeat(name.length)}         makes it known`);
}

function parse(options) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new RegionError(`${error.message}\n${USAGE}`);
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof RegionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
