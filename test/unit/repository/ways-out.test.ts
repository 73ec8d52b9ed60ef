/** Nothing of the platform has a way to the network of its own: whatever calls out passes the rules of the company, or is named here. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const ROOMS = '{contracts,engine,portable,language,jq,sandbox,steps,modules,storage,durable-objects,workers}/**/*.ts';

/** The runtime's fetch, sockets, and libraries that open some. A method of that name (`env.ASSETS.fetch`) is none. */
const WAY_OUT =
  /(?<![.\w'"`#]|async )fetch\s*\((?![^()]*\)\s*[:{])|\?\? fetch\b|globalThis\.fetch|cloudflare:sockets|new (WebSocket|EventSource)\b|node:(net|tls|https?|http2|dgram|dns)['/]/;

const KNOWN: Record<string, string> = {
  'workers/egress/http.ts': 'calls of steps, hooks, traces, stores of secrets: judged hop by hop',
  'workers/ingress/doors/forward.ts': 'proxies: judged',
  'workers/egress/names.ts': 'the resolver of the region',
  'workers/identity/oidc.ts': 'its fetch is that of workers/identity/provider-fetch.ts, which is judged',
  'workers/mail/smtp.ts': 'the mail server of the region',
};

it('calls out in no other file', () => {
  const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  const found = globSync(ROOMS, { cwd: ROOT }).filter((file) => WAY_OUT.test(readFileSync(join(ROOT, file), 'utf8').replaceAll(comments, '')));
  expect(found.sort()).toEqual(Object.keys(KNOWN).sort());
});

it.each([
  'await fetch(url)',
  'return fetch(request)',
  'const call = given ?? fetch;',
  'return globalThis.fetch(url)',
  "import { connect } from 'cloudflare:sockets'",
  "import net from 'node:net'",
  'new WebSocket(url)',
])('sees: %s', (line) => {
  expect(WAY_OUT.test(line)).toBe(true);
});
it.each(['env.ROUTER.fetch(request)', 'async fetch(request) {', 'interface Assets { fetch(request: Request): Promise<Response> }'])('lets be: %s', (line) => {
  expect(WAY_OUT.test(line)).toBe(false);
});
