/** Work in the background (bulk replays) that meets the quota of its tenant waits for room, instead of failing piece by piece. */
import { Problem } from '#contracts/problems';

/** A piece waits so long in all, ms: a batch of them has to end within what the platform gives an alarm. */
const PATIENCE_MS = 60_000;

/** Does the work again whenever it was refused by a quota, after the time that the refusal names. Throws what the work throws. */
export async function whenThereIsRoom<T>(
  work: () => Promise<T>,
  sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<T> {
  for (let left = PATIENCE_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      const ms = Math.min(left, refusedFor(error));
      if (ms <= 0) throw error;
      await sleep(ms);
      left -= ms;
    }
  }
}

/** ms; 0: it is no refusal by a quota. */
function refusedFor(error: unknown): number {
  if (!(error instanceof Problem) || (error.code !== 'quota_exceeded' && error.code !== 'quota_soft')) return 0;
  const { retry_after } = error.extra;
  return typeof retry_after === 'number' ? retry_after * 1000 : 1000;
}
