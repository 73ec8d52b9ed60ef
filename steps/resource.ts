/**
 * One item of a resource in a database of the application, or all of them: what an `api.handler` does.
 *
 * An item is `{id, …its fields, state?, created_at, updated_at}`; its fields stand under `data` as well, where older
 * clients look for them.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact, json } from '#steps/config-schemas';
import { defineStep, type EffectContext } from '#steps/define-step';

const OPERATIONS = ['list', 'count', 'get', 'create', 'replace', 'merge', 'delete', 'state', 'note'] as const;

const config = z.strictObject({
  resource: z
    .string()
    .regex(/^[A-Za-z_][\w-]{0,63}$/)
    .describe('Name of the resource.'),
  database: z.string().min(1).describe('Database of the application that has it.'),
  operation: z.enum(OPERATIONS).describe('What is done. state: only the state is set; note: a named note is added to the item.'),
  id: z.union([z.string(), z.number()]).optional().describe('Id of the item.'),
  id_field: z.string().optional().describe('create: field of the data that is the id. Default: id.'),
  id_prefix: z.string().optional().describe('create: what an id that is made here begins with.'),
  data: json.optional().describe('Fields of the item.'),
  state: z.string().optional().describe('State of the item, or of those that are listed.'),
  note: z.string().optional().describe('Name of the note.'),
  filter: json.optional().describe('list: values that fields have to have; limit, offset, sort and order are words of the list.'),
});

interface Input {
  resource: string;
  database: string;
  operation: (typeof OPERATIONS)[number];
  id?: string;
  id_field?: string;
  id_prefix?: string;
  data?: Json;
  state?: string;
  note?: string;
  filter?: Json;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const WORDS = new Set(['limit', 'offset', 'sort', 'order', 'cursor', 'page']);

export const resource = defineStep({
  type: 'step.resource',
  summary: 'Lists, reads, creates, changes or removes items of a resource of the application.',
  pure: false,
  config,
  example: `
name: item
type: step.resource
config:
  resource: orders
  database: orders-db
  operation: get
  id: "{{ .id }}"
`,
  output: 'The item; {items, count} of list, {count, by_state} of count, {id, deleted: true} of delete.',
  prepare: (settings) =>
    compact({
      resource: settings.resource,
      database: settings.database,
      operation: settings.operation,
      id: settings.id === undefined ? undefined : String(settings.id),
      id_field: settings.id_field,
      id_prefix: settings.id_prefix,
      data: settings.data,
      state: settings.state || undefined,
      note: settings.note,
      filter: settings.filter,
    }),
  async perform(input: Input, context): Promise<StepOutcome> {
    return { kind: 'completed', output: await operate(input, context) };
  },
});

function operate(input: Input, context: EffectContext): Promise<JsonObject> {
  switch (input.operation) {
    case 'list':
      return list(input, context);
    case 'count':
      return count(input, context);
    case 'get':
      return get(input, context);
    case 'create':
      return create(input, context);
    case 'delete':
      return remove(input, context);
    default:
      return change(input, context);
  }
}

async function list({ database, resource: name, state, filter }: Input, { databases }: EffectContext): Promise<JsonObject> {
  const wanted = isJsonObject(filter) ? filter : {};
  const conditions: string[] = [];
  const params: Json[] = [];
  if (state !== undefined) {
    conditions.push('state = ?');
    params.push(state);
  }
  for (const [field, value] of Object.entries(wanted)) {
    if (WORDS.has(field)) continue;
    if (field === 'id' || field === 'state') conditions.push(`${field} = ?`);
    else {
      conditions.push('CAST(json_extract(data, ?) AS TEXT) = ?');
      params.push(jsonPath(field));
    }
    params.push(comparable(value));
  }
  const limit = number(wanted.limit, DEFAULT_LIMIT, 1, MAX_LIMIT, 'limit');
  const offset = number(wanted.offset, 0, 0, Number.MAX_SAFE_INTEGER, 'offset');
  const direction = String(wanted.order ?? 'asc').toLowerCase() === 'desc' ? 'DESC' : 'ASC';
  const sort = wanted.sort === undefined ? 'created_at' : String(wanted.sort);
  const order = ['id', 'state', 'created_at', 'updated_at'].includes(sort) ? sort : 'json_extract(data, ?)';
  if (order !== sort) params.push(jsonPath(sort));
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await databases.query(database, `SELECT * FROM ${table(name)}${where} ORDER BY ${order} ${direction}, id ${direction} LIMIT ? OFFSET ?`, [
    ...params,
    limit,
    offset,
  ]);
  const items = rows.map(itemOf);
  return { items, count: items.length };
}

async function count({ database, resource: name, state }: Input, { databases }: EffectContext): Promise<JsonObject> {
  const { rows } = await databases.query(database, `SELECT coalesce(state, '') AS state, count(*) AS count FROM ${table(name)} GROUP BY 1`, []);
  const byState = Object.fromEntries(rows.filter((row) => row.state !== '').map((row) => [String(row.state), Number(row.count)]));
  const all = rows.reduce((sum, row) => sum + Number(row.count), 0);
  return { status: 'healthy', count: state === undefined ? all : (byState[state] ?? 0), by_state: byState };
}

async function get({ database, resource: name, id, state }: Input, { databases }: EffectContext): Promise<JsonObject> {
  const { rows } = await databases.query(database, `SELECT * FROM ${table(name)} WHERE id = ?`, [identity(id)]);
  if (!rows[0]) throw notThere(name, id);
  return itemOf({ ...rows[0], ...(state === undefined ? {} : { state }) });
}

async function create({ database, resource: name, id, id_field = 'id', id_prefix = '', data, state }: Input, context: EffectContext): Promise<JsonObject> {
  const fields = fieldsOf(data);
  const given = id ?? (fields[id_field] === undefined || fields[id_field] === '' ? undefined : String(fields[id_field]));
  // The same for every attempt, as its key is.
  const own = given ?? `${id_prefix}${await shortHash(context.idempotency_key)}`;
  if (own.length > 200) throw new Problem('validation_failed', 'An id has 200 characters at most.');
  const now = new Date(context.now()).toISOString();
  const sql = `INSERT INTO ${table(name)} (id, data, state, created_at, updated_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *`;
  const { rows } = await context.databases.exec(database, sql, [own, JSON.stringify(fields), state ?? null, now, now], `${context.idempotency_key}/create`);
  if (!rows[0]) throw new Problem('item_exists', `There is an item ${own} of ${name}.`);
  return itemOf(rows[0]);
}

async function change({ database, resource: name, id, operation, data, state, note }: Input, context: EffectContext): Promise<JsonObject> {
  const now = new Date(context.now()).toISOString();
  const assigned: { sql: string; params: Json[] } =
    operation === 'replace'
      ? { sql: 'data = ?', params: [JSON.stringify(fieldsOf(data))] }
      : operation === 'merge'
        ? { sql: 'data = json_patch(data, ?)', params: [JSON.stringify(fieldsOf(data))] }
        : operation === 'state'
          ? { sql: 'state = ?', params: [state ?? null] }
          : { sql: 'data = json_set(data, ?, json(?))', params: [jsonPath(note ?? 'note'), JSON.stringify(data ?? null)] };
  const sql = `UPDATE ${table(name)} SET ${assigned.sql}, updated_at = ? WHERE id = ? RETURNING *`;
  const { rows } = await context.databases.exec(database, sql, [...assigned.params, now, identity(id)], `${context.idempotency_key}/${operation}`);
  if (!rows[0]) throw notThere(name, id);
  return itemOf(rows[0]);
}

async function remove({ database, resource: name, id }: Input, context: EffectContext): Promise<JsonObject> {
  const { affected_rows } = await context.databases.exec(
    database,
    `DELETE FROM ${table(name)} WHERE id = ?`,
    [identity(id)],
    `${context.idempotency_key}/delete`,
  );
  if (affected_rows === 0) throw notThere(name, id);
  return { id: identity(id), deleted: true };
}

/** As the module names it; the name is letters, digits and _ only. */
function table(name: string): string {
  return `resource_${name.replaceAll('-', '_').toLowerCase()}`;
}

function itemOf(row: JsonObject): JsonObject {
  const data = fieldsOf(JSON.parse(String(row.data)) as Json);
  const { id, state, created_at, updated_at } = row;
  return { ...data, id: id!, ...(state === null || state === undefined ? {} : { state }), created_at: created_at!, updated_at: updated_at!, data };
}

function fieldsOf(data: Json | undefined): JsonObject {
  if (data === undefined || data === null) return {};
  if (!isJsonObject(data)) throw new Problem('validation_failed', 'An item is a JSON object.');
  return data;
}

function identity(id: string | undefined): string {
  if (id === undefined || id === '') throw new Problem('validation_failed', 'The id of the item is missing.');
  return id;
}

function notThere(name: string, id: string | undefined): Problem {
  return new Problem('unknown_item', `There is no item ${id} of ${name}.`);
}

/** A path of one field, whatever stands in its name. */
function jsonPath(field: string): string {
  if (field.includes('"')) throw new Problem('validation_failed', 'The name of a field may not hold quotation marks.');
  return `$."${field}"`;
}

/** As SQLite writes a value of JSON as text. */
function comparable(value: Json): string {
  return value === true || value === 'true' ? '1' : value === false || value === 'false' ? '0' : String(value);
}

function number(value: Json | undefined, usual: number, min: number, max: number, what: string): number {
  if (value === undefined) return usual;
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < min || parsed > max) throw new Problem('validation_failed', `${what} is a whole number from ${min} to ${max}.`);
  return parsed;
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)]
    .slice(0, 10)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
