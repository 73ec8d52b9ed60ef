/** What can be deployed, and what each deployment needs, read from `wrangler.toml`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_readConfig } from 'wrangler';
import { ROOT } from './install.mjs';

const CONFIG = join(ROOT, 'wrangler.toml');
/** Stands in the repository until an account's own id takes its place. */
const PLACEHOLDER_ID = /^0{8}-/;

/** What has to stay in a jurisdiction says so at its bucket; its database belongs there, too. */
function jurisdictionOf({ r2_buckets: [bucket] }) {
  return bucket?.jurisdiction ? ` --jurisdiction ${bucket.jurisdiction}` : '';
}

/** Names of the environments: router first, then the regions. */
export function deployables() {
  return [...readFileSync(CONFIG, 'utf8').matchAll(/^\[env\.([a-z0-9-]+)\]$/gm)].map((match) => match[1]);
}

/**
 * Resources of an environment: `{kind, name, create}`, `create` being the command that makes it. `placeholder` is set
 * on databases whose id is still to be written into `wrangler.toml`.
 */
export function resourcesOf(env) {
  const config = unstable_readConfig({ config: CONFIG, env }, { hideWarnings: true });
  const queues = new Set([
    ...(config.queues.producers?.map(({ queue }) => queue) ?? []),
    ...(config.queues.consumers?.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue]).filter(Boolean) ?? []),
  ]);
  const isRegion = env !== 'router';
  return [
    ...config.d1_databases.map(({ database_name, database_id }) => ({
      kind: 'd1',
      name: database_name,
      create: `npx wrangler d1 create ${database_name}${jurisdictionOf(config)}`,
      placeholder: !database_id || PLACEHOLDER_ID.test(database_id),
    })),
    ...config.r2_buckets.map(({ bucket_name, jurisdiction }) => ({
      kind: 'r2',
      name: bucket_name,
      jurisdiction,
      create: `npx wrangler r2 bucket create ${bucket_name}${jurisdiction ? ` --jurisdiction ${jurisdiction}` : ''}`,
    })),
    ...[...queues].map((name) => ({ kind: 'queue', name, create: `npx wrangler queues create ${name}` })),
    ...['ADMIN_API_KEY', ...(isRegion ? ['SESSION_SECRET', 'SECRETS_KEY'] : [])].map((name) => ({
      kind: 'secret',
      name,
      create: `npx wrangler secret put ${name} --env ${env}`,
    })),
  ];
}
