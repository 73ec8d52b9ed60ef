/** Second half of `npm run wf`, under the pinned Node, which tsx teaches to read TypeScript. */
import { register } from 'tsx/esm/api';

// The end of the first half is ours; until then the channel to it keeps nobody waiting.
process.on('disconnect', () => process.exit());
process.channel?.unref();
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
register();
await import('../../cli/process.ts');
