/**
 * `npm test [-- suite …]`: everything, on a fresh clone, installs included. Suites: unit, workerd, dashboard, e2e,
 * browser. The last line is `N passed, N failed`, with `, N skipped` where something could not run.
 */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
process.exit(await runUnderRuntimeNode('scripts/local/test-suites.mjs', process.argv.slice(2)));
