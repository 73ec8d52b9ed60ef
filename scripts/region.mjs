/** `npm run region -- add <name> [--place hint:apac] [--like us] [--dry-run]`: a further region in `wrangler.toml`. */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
process.exit(await runUnderRuntimeNode('scripts/local/region.mjs', process.argv.slice(2)));
