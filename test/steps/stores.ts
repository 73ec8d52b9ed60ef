/** Steps that read and write what the application keeps: databases, caches, documents, files, states, tokens. */
import { expect } from 'vitest';
import { answer, type Shows, step } from './show';

const text = expect.any(String);
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

const item = step('make', 'resource', 'resource: boxes, database: boxes-db, operation: create, id: b-1, data: {size: 2}');
const file = (content: string) => step('put', 'artifact_upload', `store: files, key: ${content}.txt, content: ${content}, content_type: text/plain`);
const machine = 'statemachine: life';

export const STORES: Shows = {
  'step.db_query': {
    steps: [step('it', 'db_query', 'database: db, query: "SELECT id, name FROM people WHERE id = $1", params: [1], mode: single')],
    output: { row: { id: 1, name: 'Ann' }, found: true },
  },
  'step.db_exec': {
    steps: [step('it', 'db_exec', 'database: db, query: "INSERT INTO people (name) VALUES (?)", params: [Kim]')],
    output: { affected_rows: 1, last_id: 2 },
  },
  'step.resource': {
    steps: [step('it', 'resource', 'resource: boxes, database: boxes-db, operation: create, id: c-1, data: {size: 2}')],
    output: { id: 'c-1', size: 2, data: { size: 2 }, created_at: instant, updated_at: instant },
  },
  'step.cache_set': { steps: [step('it', 'cache_set', 'cache: rates, key: a, value: 7')], output: { cached: true, expires_at: instant } },
  'step.cache_get': {
    steps: [step('put', 'cache_set', 'cache: rates, key: b, value: 7'), step('it', 'cache_get', 'cache: rates, key: b')],
    output: { value: 7, cache_hit: true },
  },
  'step.cache_delete': {
    steps: [step('put', 'cache_set', 'cache: rates, key: c, value: 7'), step('it', 'cache_delete', 'cache: rates, key: c')],
    output: { deleted: true },
  },
  'step.nosql_put': { steps: [step('it', 'nosql_put', 'store: profiles, key: "a:1", item: {n: 1}')], output: { stored: true, key: 'a:1' } },
  'step.nosql_get': {
    steps: [step('put', 'nosql_put', 'store: profiles, key: "b:1", item: {n: 1}'), step('it', 'nosql_get', 'store: profiles, key: "b:1"')],
    output: { item: { n: 1 }, found: true },
  },
  'step.nosql_query': {
    steps: [step('put', 'nosql_put', 'store: profiles, key: "c:1", item: {n: 1}'), step('it', 'nosql_query', 'store: profiles, prefix: "c:"')],
    output: { items: [{ n: 1 }], keys: ['c:1'], count: 1, next: null },
  },
  'step.nosql_delete': {
    steps: [step('put', 'nosql_put', 'store: profiles, key: "d:1", item: {n: 1}'), step('it', 'nosql_delete', 'store: profiles, key: "d:1"')],
    output: { deleted: true },
  },
  'step.artifact_upload': { steps: [file('up').replace('name: put', 'name: it')], output: { key: 'up.txt', size: 2, etag: text } },
  'step.artifact_download': {
    steps: [file('down'), step('it', 'artifact_download', 'store: files, key: down.txt')],
    output: { found: true, key: 'down.txt', content: 'down', content_type: 'text/plain', size: 4, etag: text },
  },
  'step.artifact_list': {
    steps: [file('listed'), step('it', 'artifact_list', 'store: files, prefix: listed')],
    output: { items: [{ key: 'listed.txt', size: 6, etag: text, uploaded_at: instant }], count: 1, next: null },
  },
  'step.artifact_delete': { steps: [file('gone'), step('it', 'artifact_delete', 'store: files, key: gone.txt')], output: { deleted: true, key: 'gone.txt' } },
  'step.state_set': {
    steps: [step('it', 'state_set', 'tracker: tracker, resource_type: boxes, resource_id: b-1, state: packed')],
    output: { state: 'packed', previous_state: null },
  },
  'step.state_get': {
    steps: [
      step('put', 'state_set', 'tracker: tracker, resource_type: boxes, resource_id: b-2, state: packed'),
      step('it', 'state_get', 'tracker: tracker, resource_type: boxes, resource_id: b-2'),
    ],
    output: { found: true, state: 'packed', previous_state: null, data: {}, updated_at: instant },
  },
  'step.statemachine_create': {
    steps: [step('it', 'statemachine_create', `${machine}, entity_id: m-1, data: {n: 1}`)],
    output: { transition_ok: true, entity_id: 'm-1', state: 'new', new_state: 'new', final: false, seq: 1 },
  },
  'step.statemachine_transition': {
    steps: [step('make', 'statemachine_create', `${machine}, entity_id: m-2`), step('it', 'statemachine_transition', `${machine}, entity_id: m-2, event: pay`)],
    output: { transition_ok: true, entity_id: 'm-2', state: 'paid', new_state: 'paid', previous_state: 'new', transition: 'pay', final: true, seq: 2 },
  },
  'step.statemachine_get': {
    steps: [step('make', 'statemachine_create', `${machine}, entity_id: m-3, data: {n: 1}`), step('it', 'statemachine_get', `${machine}, entity_id: m-3`)],
    output: {
      found: true,
      entity_id: 'm-3',
      state: 'new',
      current_state: 'new',
      previous_state: null,
      data: { n: 1 },
      final: false,
      is_error: false,
      seq: 1,
      created_at: instant,
      updated_at: instant,
      transitions: ['pay'],
    },
  },
  'step.token_revoke': { steps: [step('it', 'token_revoke', 'auth_module: auth'), answer('body: {}')], request: {}, output: { revoked: true, jti: text } },
};

/** Further forms of an output, by how they are asked for. */
export const FORMS: readonly (Shows[string] & { type: string; form: string })[] = [
  {
    type: 'step.db_query',
    form: 'mode list',
    steps: [step('it', 'db_query', 'database: db, query: "SELECT name FROM people WHERE id = ?", params: [1], mode: list')],
    output: { rows: [{ name: 'Ann' }], count: 1 },
  },
  {
    type: 'step.db_query',
    form: 'nothing found',
    steps: [step('it', 'db_query', 'database: db, query: "SELECT name FROM people WHERE id = 0", mode: single')],
    output: { row: null, found: false },
  },
  {
    type: 'step.db_exec',
    form: 'returning',
    steps: [step('it', 'db_exec', 'database: db, query: "UPDATE people SET name = name WHERE id = 1 RETURNING id", returning: true, mode: single')],
    output: { affected_rows: 1, last_id: null, row: { id: 1 }, found: true },
  },
  {
    type: 'step.db_exec',
    form: 'ignore_error',
    steps: [step('it', 'db_exec', 'database: db, query: "INSERT INTO people (id) VALUES (1)", ignore_error: true')],
    output: { affected_rows: 0, last_id: null, error: text },
  },
  { type: 'step.cache_get', form: 'a miss', steps: [step('it', 'cache_get', 'cache: rates, key: none')], output: { value: null, cache_hit: false } },
  { type: 'step.nosql_get', form: 'nothing there', steps: [step('it', 'nosql_get', 'store: profiles, key: none')], output: { item: null, found: false } },
  {
    type: 'step.resource',
    form: 'list',
    steps: [item, step('it', 'resource', 'resource: boxes, database: boxes-db, operation: list, filter: {id: b-1}')],
    output: { items: [expect.objectContaining({ id: 'b-1' })], count: 1 },
  },
  {
    type: 'step.validate',
    form: 'a failure is 400 with the list of faults',
    steps: [step('it', 'validate', 'required_fields: [id, name]')],
    data: { id: 1 },
    status: 'failed',
    output: { code: 'validation_failed', details: [expect.objectContaining({ path: 'name' })] },
  },
  {
    type: 'step.fail',
    form: 'with on_error: skip',
    steps: [step('it', 'fail', 'message: planned', 'on_error: skip')],
    status: 'skipped',
    output: { _error: text, _skipped: true },
  },
];
