/**
 * `npm run verify [-- --static]`: all that a change must pass: format and lint, import rules, types, generated files,
 * deploys as dry runs, tests. `--static` leaves the tests out. Every check runs, so that one reads all faults at once.
 */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
const onlyStatic = process.argv.includes('--static');
const checks = await runUnderRuntimeNode('scripts/local/checks.mjs', []);
const tests = onlyStatic ? 0 : await runUnderRuntimeNode('scripts/local/test-suites.mjs', []);
process.exit(checks || tests);
