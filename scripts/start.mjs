/**
 * `npm start [-- path/to/app.yaml]`: the platform on this machine. Needs nothing but Node 20 and npm: what is
 * missing is installed first, then `local/main.mjs` takes over under the pinned Node.
 */
import { ensureInstalled, runUnderRuntimeNode } from './local/install.mjs';

ensureInstalled();
process.exit(await runUnderRuntimeNode('scripts/local/main.mjs', process.argv.slice(2)));
