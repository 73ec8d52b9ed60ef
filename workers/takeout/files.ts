/**
 * What the archive of a tenant's data holds of each store, as files. The stores are those that an erasure goes through, so
 * that none is left out: a stage, a table or a folder that comes later is in the archive, or says here why not.
 *
 * 1. Nothing that opens something: `storage/withheld-columns.ts`.
 * 2. Rows and keys of objects are JSON Lines, as they were in the moment of their page; an execution is its export.
 */
import { createHash } from 'node:crypto';
import type { CarriableRpc, Cell, Parcel } from '#contracts/moving';
import type { ExportStage } from '#contracts/tenant-export';
import type { ExportFile } from '#objects/tenant-exporter/ports';
import { CarriedRows, type SqlRow } from '#storage/carried-rows';
import { tarHeader } from '#storage/tar';
import { withheldColumns } from '#storage/withheld-columns';
import type { RegionEnv } from '#workers/env';
import type { FOLDERS } from '#workers/erasure/stages';
import { executionStub } from '#workers/execution-stub';
import { carriableOf, executionOf, type ObjectStage } from '#workers/moving/carried';

type Folder = (typeof FOLDERS)[number];

/** Folders whose files are in the archive as they are; of the others where their content is. */
export const FOLDER_RULES: { readonly [F in Folder]: true | string } = {
  definitions: true,
  payloads: true,
  files: true,
  artifacts: true,
  archives: 'the export of each execution',
  exports: 'this archive itself',
};
/** Kinds of objects that hold nothing of the tenant's own. */
const PASSED_KINDS: ReadonlySet<string> = new Set(['TENANT_EXPORTER', 'GATE']);

type Reader = (env: RegionEnv, tenant: string, name: string) => Promise<ExportFile | null>;

export const READERS: { readonly [S in ExportStage]: Reader } = {
  async executions(env, tenant, name) {
    const id = executionOf(name);
    const stream = await executionStub(env, id).export(tenant);
    return stream && { name: `executions/${id}.jsonl`, content: chunksOf(stream) };
  },
  machines: objects('machines', ([environment, workflow, machine, , id]) => [environment, workflow, machine, id]),
  breakers: objects('breakers', (key) => key),
  async objects(env, tenant, name) {
    const [kind, object] = keyOf(name);
    return PASSED_KINDS.has(kind!) ? null : objectFile(env, 'objects', tenant, name, [kind!.toLowerCase(), ...object!.split('/')]);
  },
  keys: (env, tenant, name) => objectFile(env, 'keys', tenant, name, name.split('/')),
  async files(env, tenant, name) {
    const [folder] = name.split('/', 1) as [Folder];
    if (FOLDER_RULES[folder] !== true) return null;
    const stored = await env.STORE.get(name);
    return stored && { name: fitting(`${folder}/${name.slice(folder.length + tenant.length + 2)}`), content: chunksOf(stored.body), keepsEmpty: true };
  },
  async rows(env, tenant, name) {
    const [table, after] = JSON.parse(name) as [string, SqlRow | null];
    const { columns, rows } = await new CarriedRows(env.DB).page(table, tenant, after);
    const page = after === null ? '' : `-${sha256(name).slice(0, 16)}`;
    return { name: `rows/${table}${page}.jsonl`, content: lines(rows.map((row) => rowOf(table, columns, row))) };
  },
  audit: (env, tenant, name) => objectFile(env, 'audit', tenant, name, ['log']),
};

/** A row without what is withheld. */
export function rowOf(table: string, columns: readonly string[], row: SqlRow): Record<string, SqlRow[number]> {
  const withheld = withheldColumns(table);
  return Object.fromEntries(columns.map((column, at) => [column, row[at]!] as const).filter(([column]) => !withheld.includes(column)));
}

function objects(stage: ObjectStage, partsOf: (key: string[]) => (string | undefined)[]): Reader {
  return (env, tenant, name) => objectFile(env, stage, tenant, name, partsOf(keyOf(name)));
}

function objectFile(env: RegionEnv, stage: ObjectStage, tenant: string, name: string, parts: (string | undefined)[]): Promise<ExportFile> {
  const path = [stage, ...parts.map((part) => encodeURIComponent(part ?? ''))].join('/');
  return Promise.resolve({ name: fitting(`${path}.jsonl`), content: objectLines(carriableOf(env, stage, tenant, name)) });
}

async function* objectLines(object: CarriableRpc): AsyncGenerator<Uint8Array> {
  for (let from: string | null = null, first = true; first || from !== null; first = false) {
    const parcel: Parcel = await object.carry({ do: 'read', from });
    yield* lines(linesOfParcel(parcel));
    from = parcel.next;
  }
}

/** One for each row, `{table, row}`, and for each key, `{key, value}`. */
export function* linesOfParcel({ rows = [], kv = [] }: Parcel): Generator<unknown> {
  for (const { table, columns, values } of rows) {
    for (const cells of values) yield { table, row: Object.fromEntries(columns.map((column, at) => [column, cellValue(cells[at]!)])) };
  }
  for (const [key, value] of kv) yield { key, value };
}

/** Integers that a number does not hold exactly stay text; bytes are base64. */
function cellValue(cell: Cell): string | number | null {
  if (cell === null) return null;
  const text = cell.slice(1);
  if (cell.startsWith('i')) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  return cell.startsWith('r') ? Number(text) : text;
}

async function* lines(values: Iterable<unknown>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const value of values) {
    text += `${JSON.stringify(value)}\n`;
    if (text.length < 256 * 1024) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield chunk;
}

/** The name as it is, or, where it is too long for an archive, its hash. */
function fitting(name: string): string {
  try {
    tarHeader(name, 0, 0);
    return name;
  } catch {
    return `${name.split('/', 1)[0]}/${sha256(name)}`;
  }
}

function keyOf(name: string): string[] {
  return (JSON.parse(name) as (string | number)[]).map(String);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
