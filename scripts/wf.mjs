/**
 * `npm run wf -- COMMAND …`: the command line in `cli/`. Relative paths begin where it was called, not in this clone;
 * npm tells that place in INIT_CWD.
 */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
if (process.env.npm_lifecycle_event !== 'wf') process.env.INIT_CWD = process.cwd();
process.exit(await runUnderRuntimeNode('scripts/local/wf.mjs', process.argv.slice(2)));
