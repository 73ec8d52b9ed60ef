/**
 * miniflare, made to write a runtime's configuration without copying it over and over.
 *
 * All modules of a Worker go into the configuration, seven megabytes of them, and its buffer grows by four kilobytes at a time: for
 * every few bindings all that was written before is copied. With larger steps the start of a region takes 1.3 s less of a core.
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';

const require = createRequire(import.meta.url);
const PATH = require.resolve('miniflare');
/** Once in the pinned version. */
const STEP = 'MIN_SINGLE_SEGMENT_GROWTH = 4096;';

/** What `miniflare` exports. `import` would search all of its bundle for their names first. */
export function loadMiniflare() {
  const hooks = registerHooks({
    load: (url, context, next) => (url.endsWith('/miniflare/dist/src/index.js') ? { ...next(url, context), source: widenedSource() } : next(url, context)),
  });
  try {
    return require('miniflare');
  } finally {
    hooks.deregister();
  }
}

/** Its source with larger steps; a version that has no such place is as it is. */
export function widenedSource() {
  return readFileSync(PATH, 'utf8').replace(STEP, 'MIN_SINGLE_SEGMENT_GROWTH = 4 * 1024 * 1024;');
}
