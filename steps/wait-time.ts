/** How long a step may wait, and until when. */
import { Problem } from '#contracts/problems';
import { durationMs } from '#steps/config-schemas';

/** Waits beyond a year are mistakes of a unit more often than plans. */
const LONGEST_MS = 366 * 86_400_000;

/** Epoch ms of a written instant. Throws Problem. */
export function instantOf(text: string, setting: string, now: number): number {
  const until = Date.parse(text);
  if (Number.isNaN(until)) throw new Problem('step_config_invalid', `${setting} is not an instant: ${JSON.stringify(text)}. Write it as 2026-03-01T08:00:00Z.`);
  return bounded(until, setting, now);
}

/** Epoch ms after a duration. Throws Problem. */
export function instantAfter(duration: string | number, setting: string, now: number): number {
  return bounded(now + durationMs(duration), setting, now);
}

function bounded(until: number, setting: string, now: number): number {
  if (until - now > LONGEST_MS) throw new Problem('step_config_invalid', `${setting}: a step waits 366 days at most.`);
  return until;
}
