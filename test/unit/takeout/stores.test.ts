/** No store is forgotten in an export, and nothing that opens something is in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

vi.mock('cloudflare:workers', () => ({ DurableObject: class {} }));

import { EXPORT_STAGES } from '#contracts/tenant-export';
import { HARMLESS, SUSPICIOUS, withheldColumns } from '#storage/withheld-columns';
import { FOLDERS, NAMESPACES } from '#workers/erasure/stages';
import { FOLDER_RULES, linesOfParcel, READERS, rowOf } from '#workers/takeout/files';

const folder = join(import.meta.dirname, '../../../migrations/region');

/** Tables and their columns, as the migrations leave them. */
function columns(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const sql = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  for (const [, table, body] of sql.matchAll(/CREATE TABLE (\w+) \(([^;]*?)\n\)/g)) {
    const names = [...body!.matchAll(/^ {2}"?([a-z]\w*)"? (?:TEXT|INTEGER|REAL|BLOB)/gm)].map((match) => match[1]!);
    found.set(table!.replace(/_new$/, ''), new Set(names));
  }
  for (const [, table, column] of sql.matchAll(/ALTER TABLE (\w+) ADD COLUMN (\w+)/g)) found.get(table!)!.add(column!);
  return found;
}

it('every kind of store that an erasure knows is read, and every folder has a rule', () => {
  expect(Object.keys(READERS)).toEqual([...EXPORT_STAGES]);
  expect(Object.keys(FOLDER_RULES).sort()).toEqual([...FOLDERS].sort());
  const stages = Object.values(NAMESPACES).filter((stage) => !['transient', 'memory', 'itself'].includes(stage));
  for (const stage of stages) expect(READERS).toHaveProperty(stage);
});

it('each column that sounds as if it opened something is withheld, or said to be harmless', () => {
  const tables = columns();
  expect(tables.size).toBeGreaterThan(30);
  expect(tables.get('api_keys')).toContain('last_used_at');
  const undecided: string[] = [];
  for (const [table, names] of tables) {
    if (table === 'erasure_certificates') continue;
    for (const name of names) {
      const isKnown = withheldColumns(table).includes(name) || HARMLESS[table]?.includes(name);
      if (SUSPICIOUS.test(name) && !isKnown) undecided.push(`${table}.${name}`);
    }
  }
  expect(undecided).toEqual([]);
});

it('withholds columns that exist', () => {
  for (const [table, names] of columns()) expect([...names]).toEqual(expect.arrayContaining([...withheldColumns(table)]));
});

it('writes a row without them', () => {
  expect(rowOf('users', ['id', 'email', 'password_hash'], ['usr_1', 'a@b.ch', 'pbkdf2$x'])).toEqual({ id: 'usr_1', email: 'a@b.ch' });
  expect(rowOf('secrets', ['name', 'sealed', 'data_key'], ['STRIPE', 'x', 'k'])).toEqual({ name: 'STRIPE' });
});

it('writes what an object has on disk as values', () => {
  const rows = [{ table: 't', columns: ['rowid', 'a', 'b', 'c', 'd'], values: [['i9007199254740993', 'i7', 'r0.5', 'tseven', null]] }];
  expect([...linesOfParcel({ rows, kv: [['plan', { deep: [1] }]], next: null })]).toEqual([
    { table: 't', row: { rowid: '9007199254740993', a: 7, b: 0.5, c: 'seven', d: null } },
    { key: 'plan', value: { deep: [1] } },
  ]);
});
