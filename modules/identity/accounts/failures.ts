/** Failed attempts of an account: after a few it waits, longer each time. */
import { Problem } from '#contracts/problems';
import type { DoorContext } from '#modules/door';

export const FAILURES_TABLE = 'CREATE TABLE IF NOT EXISTS failures (email TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL)';

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/** The account does not have to wait. Throws Problem('rate_limited'). */
export async function checkFailures(context: DoorContext, address: string): Promise<void> {
  const [row] = await context.database.query('SELECT until FROM failures WHERE email = ?', [address]);
  const wait = row ? Math.ceil((Number(row.until) - context.now()) / 1000) : 0;
  if (wait > 0) throw new Problem('rate_limited', `Too many failed attempts. Try again in ${wait} s.`, { extra: { headers: { 'retry-after': String(wait) } } });
}

/** One more; the count is on disk before anybody hears of it. */
export async function noteFailure(context: DoorContext, address: string): Promise<void> {
  const now = context.now();
  const { rows } = await context.database.exec(
    'INSERT INTO failures (email, count, until) VALUES (?, 1, 0) ON CONFLICT (email) DO UPDATE SET count = CASE WHEN until > 0 AND until < ? THEN 1 ELSE count + 1 END RETURNING count',
    [address, now - LONGEST_WAIT_MS],
  );
  const over = Number(rows[0]?.count ?? 0) - FREE_FAILURES;
  if (over < 0) return;
  await context.database.exec('UPDATE failures SET until = ? WHERE email = ?', [now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over), address]);
}
