import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { type AuditFact, SHORTENED_BEFORE } from '#contracts/audit';
import { AuditLog, chainHash, FIRST_PREV } from '#storage/audit-log';
import { nodeSql } from '../object-storage.ts';

function world() {
  const database = new DatabaseSync(':memory:');
  const sql = nodeSql(database);
  return { log: new AuditLog(sql), database, again: () => new AuditLog(sql) };
}
const fact = (more: Partial<AuditFact> = {}): AuditFact => ({
  at: 1_000,
  actor: 'admin',
  role: 'owner',
  action: 'PUT /secrets/{name}',
  target: 'secrets/K',
  status: 200,
  request_id: 'req_1',
  ...more,
});

describe('the audit chain', () => {
  it('numbers its entries, and links each to the one before', () => {
    const { log, again } = world();
    const first = log.append(fact());
    const second = again().append(fact({ after: { version: 2 } }));
    expect([first.seq, first.prev, second.seq, second.prev]).toEqual([1, FIRST_PREV, 2, first.hash]);
    expect(log.verify()).toEqual({ valid: true, entries: 2, head: second.hash });
    const { prev, hash, ...told } = log.lines(2, 10)[0]!;
    // Whoever has the exported line can check it.
    expect(chainHash(prev, JSON.stringify(told))).toBe(hash);
  });

  it.each([
    ['an altered entry', `UPDATE entries SET entry = replace(entry, 'admin', 'nobody') WHERE seq = 2`, 2],
    ['an entry that was taken out', 'DELETE FROM entries WHERE seq = 2', 2],
    ['an altered hash', `UPDATE entries SET hash = '${'1'.repeat(64)}' WHERE seq = 2`, 2],
    ['entries in another order', 'UPDATE entries SET seq = CASE seq WHEN 2 THEN 30 WHEN 3 THEN 2 ELSE seq END WHERE seq IN (2, 3)', 2],
  ])('shows %s', (_name, statement, broken_at) => {
    const { log, database } = world();
    for (let i = 0; i < 4; i++) log.append(fact({ request_id: `req_${i}` }));
    database.exec(statement);
    expect(log.verify()).toMatchObject({ valid: false, broken_at });
  });

  it('is verified over its whole length', () => {
    const { log, database } = world();
    for (let i = 0; i < 1201; i++) log.append(fact({ at: 1_000 + i }));
    expect(log.verify()).toMatchObject({ valid: true, entries: 1201 });
    database.exec(`UPDATE entries SET entry = replace(entry, 'admin', 'nobody') WHERE seq = 1100`);
    expect(log.verify()).toMatchObject({ valid: false, broken_at: 1100 });
  });

  it('is read from a time long ago without looking at what came since', () => {
    const { log } = world();
    for (let i = 0; i < 2500; i++) log.append(fact({ at: 1_000 + Math.floor(i / 2) }));
    const page = (query: object) => log.page({ limit: 3, ...query }).items.map((entry) => entry.seq);
    expect(page({ to: 1_002 })).toEqual([4, 3, 2]);
    expect([page({ to: 1_000 }), page({ to: 999_999 })]).toEqual([[], [2500, 2499, 2498]]);
    expect(page({ to: 1_002, before: 3 })).toEqual([2, 1]);
  });

  it('is read newest first, page by page, by who, what, to what and when', () => {
    const { log } = world();
    log.append(fact({ at: 1_000 }));
    log.append(fact({ at: 2_000, actor: 'key:1' }));
    log.append(fact({ at: 3_000, action: 'DELETE /secrets/{name}' }));
    log.append(fact({ at: 4_000, target: 'workflows/wf_1' }));
    const seqs = (query: object) => log.page({ limit: 10, ...query }).items.map((entry) => entry.seq);
    expect(seqs({})).toEqual([4, 3, 2, 1]);
    expect(seqs({ actor: 'key:1' })).toEqual([2]);
    expect(seqs({ action: 'DELETE /secrets/{name}' })).toEqual([3]);
    expect(seqs({ target: 'secrets' })).toEqual([3, 2, 1]);
    expect(seqs({ target: 'secret' })).toEqual([]);
    expect(seqs({ from: 2_000, to: 4_000 })).toEqual([3, 2]);
    const first = log.page({ limit: 3 });
    expect([first.items.length, first.next]).toEqual([3, 2]);
    expect(log.page({ limit: 3, before: first.next! })).toMatchObject({ items: [{ seq: 1 }], next: null });
  });

  it('looks at a bounded part for one page, and says where to go on', () => {
    const { log } = world();
    log.append(fact({ actor: 'rare' }));
    for (let i = 0; i < 2100; i++) log.append(fact());
    const first = log.page({ limit: 10, actor: 'rare' });
    expect(first.items).toEqual([]);
    expect(log.page({ limit: 10, actor: 'rare', before: first.next! }).items).toHaveLength(1);
  });

  it('lets go of what is old from the front, and what is left follows from the checkpoint', () => {
    const { log, again } = world();
    const all = Array.from({ length: 6 }, (_, i) => log.append(fact({ at: 1_000 + i })));
    expect([log.forget(1_000), log.checkpoint()]).toEqual([0, null]);
    expect(log.forget(1_003)).toBe(3);
    expect(again().checkpoint()).toEqual({ seq: 3, hash: all[2]!.hash });
    expect(again().verify()).toEqual({ valid: true, entries: 3, since: 4, head: all[5]!.hash });
    expect(log.append(fact()).seq).toBe(7);
    // The newest stays, however old it is: the chain goes on from it.
    expect(log.forget(9_000)).toBe(3);
    expect(log.verify()).toMatchObject({ valid: true, entries: 1, since: 7 });
  });

  it('says of what was shortened before there were checkpoints that nobody can say what went', () => {
    const { log, again, database } = world();
    const all = Array.from({ length: 5 }, (_, i) => log.append(fact({ at: 1_000 + i })));
    database.exec('DROP TABLE checkpoint; DELETE FROM entries WHERE seq < 3');
    const verdict = { valid: true, entries: 3, since: 3, remark: SHORTENED_BEFORE, head: all[4]!.hash };
    expect(again().verify()).toEqual(verdict);
    expect(again().checkpoint()).toEqual({ seq: 2, hash: all[1]!.hash, adopted: true });
    // That is so once, not whenever something is missing.
    database.exec('DELETE FROM entries WHERE seq = 3');
    expect(again().verify()).toEqual({ ...verdict, valid: false, entries: 0, broken_at: 3, head: all[1]!.hash });
    expect(again().forget(1_004)).toBe(1);
    expect(again().verify()).toEqual({ valid: true, entries: 1, since: 5, head: all[4]!.hash });
  });

  it('lets go of a bounded number at a time', () => {
    const { log } = world();
    for (let i = 0; i < 1_502; i++) log.append(fact({ at: 1 }));
    expect([log.forget(2), log.forget(2), log.forget(2)]).toEqual([1000, 501, 0]);
    expect(log.verify()).toMatchObject({ valid: true, entries: 1, since: 1502 });
  });

  it.each([
    ['the first entry was taken out', 0, 'DELETE FROM entries WHERE seq = 1', 1],
    ['the first behind the checkpoint was taken out', 1_002, 'DELETE FROM entries WHERE seq = 3', 3],
    ['the checkpoint was altered', 1_002, `UPDATE checkpoint SET hash = '${'1'.repeat(64)}'`, 3],
    ['the checkpoint was moved', 1_002, 'UPDATE checkpoint SET seq = 3', 4],
    ['the checkpoint was taken out', 1_002, 'DELETE FROM checkpoint', 1],
  ])('shows that %s', (_name, before, statement, broken_at) => {
    const { log, database } = world();
    for (let i = 0; i < 5; i++) log.append(fact({ at: 1_000 + i }));
    log.forget(before);
    database.exec(statement);
    expect(log.verify()).toMatchObject({ valid: false, broken_at });
  });
});
