/**
 * The work of an alarm that must not end with a fault. The platform rings again for some two minutes, and then no more; a store may be away
 * for longer than that.
 */
export const AGAIN_MS = 5_000;

/** What fails is told, and the alarm is set anew. `about`: what it is, and whose. `now`: epoch ms. */
export async function orAgain(
  storage: Pick<DurableObjectStorage, 'setAlarm'>,
  about: { what: string; tenant: string; [fact: string]: string },
  now: () => number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { what, ...more } = about;
    console.error(JSON.stringify({ level: 'error', message: `${what}: ${String(error)}`, ...more }));
    await storage.setAlarm(now() + AGAIN_MS);
  }
}
