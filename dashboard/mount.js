// The built server bundle under a fixed name, so that the Worker can import it with types whether or not it is built yet.
export { crashPage, fetch } from './server/entry.cloudflare-pages.js';
