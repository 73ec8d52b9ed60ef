/** `npm run bench [-- --quick]`: see bench/main.ts for what it measures, docs/benchmarks.md for what it means. */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
// Reading SQLite files uses Node's own module, which still announces itself as experimental.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim();
process.exit(await runUnderRuntimeNode('bench/main.ts', process.argv.slice(2)));
