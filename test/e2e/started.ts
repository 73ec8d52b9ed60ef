/**
 * A platform for one test file: free ports, a state folder of its own, the examples deployed, and short ways to speak to it.
 *
 *     const it = await started();   // in beforeAll
 *     await it.api('GET', '/executions');
 *     await it.stop();              // in afterAll
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Platform, startPlatform } from '../../scripts/local/platform.mjs';
import { type Deployment, plan, seeder } from '../../scripts/local/seed.mjs';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON body; `{}` when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: shapes are what the tests are about.
  body: any;
}

export interface Started extends Platform {
  /** `path` below `/api/v1`, with the operator's key. A string body is sent as YAML. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Any request to the platform's origin, without a key. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Any request to the example services. */
  peer(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Asks again until `done`; fails after `withinMs` with the last answer. */
  until(ask: () => Promise<Answer>, done: (answer: Answer) => boolean, withinMs?: number): Promise<Answer>;
  /** What the Workers logged as errors so far. */
  errors: string[];
}

export async function started({
  deployments = plan(),
  pages = false,
  config,
  secrets = {},
}: {
  deployments?: Deployment[];
  pages?: boolean;
  config?: string;
  /** Beside the keys that every platform has. */
  secrets?: Record<string, string>;
} = {}): Promise<Started> {
  const stateDir = mkdtempSync(join(tmpdir(), 'workflow-e2e-'));
  const errors: string[] = [];
  const platform = await startPlatform({
    port: 0,
    stateDir,
    pages,
    ...(config === undefined ? {} : { config }),
    secrets: { ADMIN_API_KEY: randomBytes(24).toString('base64url'), SESSION_SECRET: randomBytes(24).toString('base64url'), ...secrets },
    prepare: seeder(stateDir, deployments, () => {}).seed,
    onError: (line) => errors.push(line),
  });
  const call: Started['call'] = (method, path, body, headers) => send(platform.origin + path, method, body, headers);
  const stop = async () => {
    await platform.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
  return Object.assign(Object.create(platform) as Platform, {
    call,
    api: ((method, path, body, headers = {}) =>
      call(method, `/api/v1${path}`, body, { authorization: `Bearer ${platform.adminKey}`, ...headers })) as Started['api'],
    peer: ((method, path, body, headers) => send(platform.upstream.origin + path, method, body, headers)) as Started['peer'],
    until,
    errors,
    stop,
  });
}

async function send(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const type = typeof body === 'string' ? 'application/yaml' : 'application/json';
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function until(ask: () => Promise<Answer>, done: (answer: Answer) => boolean, withinMs = 30_000): Promise<Answer> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > end) throw new Error(`still not so after ${withinMs} ms: ${answer.status} ${answer.text.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
