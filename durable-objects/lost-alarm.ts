/**
 * A runtime that was killed may come back without the alarm of an object, or with one that never goes off. Whoever asks how
 * a job stands sets it again; one time too many does no harm, for each turn of a job looks at what there is to do.
 */

/** Later than any alarm is late, ms. */
const OVERDUE_MS = 3_000;

/** `now` and `due`, when it should go off: epoch ms. */
export async function setLostAlarm(storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>, now: number, due = now): Promise<void> {
  const at = await storage.getAlarm();
  if (at === null || at < now - OVERDUE_MS) await storage.setAlarm(due);
}
