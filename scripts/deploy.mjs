/**
 * `npm run deploy -- <router|us|eu> [--dry-run]`: one deployment of `wrangler.toml`.
 *
 * Named resources are looked up first; what is missing is listed with the command that makes it, and nothing is
 * deployed. Then migrations, then `wrangler deploy --env`. With `--dry-run` everything is built and checked, and
 * nothing leaves this machine.
 */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
process.exit(await runUnderRuntimeNode('scripts/local/deploy.mjs', process.argv.slice(2)));
