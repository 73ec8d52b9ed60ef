/**
 * The platform's API, for the commands.
 *
 * Invariants
 * 1. The key of this clone's `.dev.vars` is sent to this machine only; every other platform needs WORKFLOW_API_KEY.
 * 2. A refusal becomes a Failure that says what the platform said, mistake by mistake. No message holds a key.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, type Given, Misuse, type Option, type Surroundings } from '#cli/command';
import { printable } from '#cli/print-diagnostics';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

/** Where `npm start` listens. */
const LOCAL = 'http://127.0.0.1:8787';
const DEV_VARS = join(dirname(fileURLToPath(import.meta.url)), '..', '.dev.vars');

/** Options of every command that speaks to a platform. */
export const CONNECTION: { url: Option; tenant: Option } = {
  url: { type: 'string', value: 'URL', about: `The platform; ${LOCAL} when absent` },
  tenant: { type: 'string', value: 'TENANT', about: "The tenant; that of the key when absent, acme for the operator's key" },
};

export interface Connection {
  /** Without a slash at the end. */
  origin: string;
  headers: Readonly<Record<string, string>>;
}

export interface Answer {
  status: number;
  body: JsonObject;
}

/** Throws Misuse for a URL that is none, Failure without a key. */
export function connect({ options }: Given, { env }: Surroundings, devVars = DEV_VARS): Connection {
  const url = platformUrl(options.url ?? LOCAL);
  const key = env.WORKFLOW_API_KEY?.trim() || (isThisMachine(url) ? localKey(devVars) : undefined);
  if (!key) {
    const why = isThisMachine(url) ? 'There is no key: npm start makes one in .dev.vars, or set' : `For ${url.origin} set`;
    throw new Failure(`${why} the environment variable WORKFLOW_API_KEY.`);
  }
  return {
    origin: url.origin,
    headers: { authorization: `Bearer ${key}`, ...(options.tenant === undefined ? {} : { 'x-tenant': options.tenant }) },
  };
}

function platformUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Misuse(`--url ${text} is not an http or https address.`);
  if (url.protocol === 'http:' && !isThisMachine(url)) throw new Misuse(`--url ${text}: keys are sent over https only, except to this machine.`);
  return url;
}

export function isThisMachine(url: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** ADMIN_API_KEY of a `.dev.vars` file. */
function localKey(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const line = readFileSync(path, 'utf8').match(/^\s*ADMIN_API_KEY\s*=\s*(.*?)\s*$/m);
  return line?.[1]?.replace(/^(["'])(.*)\1$/, '$2');
}

export interface Content {
  json?: Json;
  yaml?: string;
  accept?: readonly number[];
}

/** Calls `/api/v1{path}`. Statuses of `accept` are answers too; any other refusal throws Failure. */
export async function call(connection: Connection, method: string, path: string, content: Content = {}): Promise<Answer> {
  const type = content.yaml === undefined ? 'application/json' : 'application/yaml';
  const response = await send(connection, path, {
    method,
    ...(content.yaml === undefined && content.json === undefined
      ? { headers: connection.headers }
      : { headers: { ...connection.headers, 'content-type': type }, body: content.yaml ?? JSON.stringify(content.json) }),
  });
  const body = await bodyOf(response);
  if (response.ok || content.accept?.includes(response.status)) return { status: response.status, body };
  throw refusal(response.status, body);
}

/** An answer of `/api/v1{path}`, as it comes. Throws Failure. */
export async function open(connection: Connection, path: string, accept = 'text/event-stream'): Promise<ReadableStream<Uint8Array>> {
  const response = await send(connection, path, { headers: { ...connection.headers, accept } });
  if (!response.ok || !response.body) throw refusal(response.status, await bodyOf(response));
  return response.body;
}

async function send({ origin }: Connection, path: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the key to somewhere that was not named.
    return await fetch(`${origin}/api/v1${path}`, { ...init, redirect: 'error' });
  } catch (error) {
    const cause = (error as { cause?: { message?: string; code?: string } }).cause;
    throw new Failure(
      `${origin} does not answer (${cause?.code ?? cause?.message ?? (error as Error).message}). Start it with npm start, or name another one with --url.`,
    );
  }
}

async function bodyOf(response: Response): Promise<JsonObject> {
  const text = await response.text();
  try {
    const value = JSON.parse(text) as Json;
    if (isJsonObject(value)) return value;
  } catch {
    // Not the platform's words; the status says enough.
  }
  return {};
}

/** The problem in words: what is wrong, each fault with its place, what to do. */
export function refusal(status: number, problem: JsonObject): Failure {
  const { title, detail, code, hint, errors } = problem;
  const said = (fault: JsonObject) => typeof detail === 'string' && detail.includes(String(fault.message));
  const listed = (Array.isArray(errors) ? errors : []).filter(isJsonObject).filter((fault) => !said(fault));
  const faults = listed.map((fault) => {
    const place = fault.line ? `line ${fault.line}, column ${fault.column}: ` : '';
    return `  ${place}${fault.message}${fault.hint ? ` (${fault.hint})` : ''}`;
  });
  const told = [detail ?? title ?? 'The address does not speak like the platform; check --url.', code && `(${code}, ${status})`].filter(Boolean).join(' ');
  return new Failure([told, ...faults, ...(typeof hint === 'string' ? [hint] : [])].map(printable).join('\n'));
}
