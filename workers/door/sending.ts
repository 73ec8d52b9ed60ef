/**
 * Sends a request again when whoever it is for was lost before it answered: between the processes of one machine, router and regions.
 *
 * Of many connections that have ended unseen, each is found out by whoever takes it: so the second attempt may meet the next one,
 * and there are several.
 */
import { FIRST_SENT_HEADER, NOT_AGAIN_HEADER, SENT_HEADER } from '#workers/door/arrivals';

/** How long after it was lost a request is sent again, each time, ms. */
const AGAIN_MS = [20, 100, 400];

/** Clock and name-giver, so that tests have their own. */
export interface Sender {
  now(): number;
  pause(ms: number): Promise<unknown>;
  newId(): string;
}

const SENDER: Sender = {
  now: Date.now,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  newId: () => crypto.randomUUID(),
};

/** For what may be done several times. Throws what the last attempt threw. */
export async function sentAgain(send: () => Promise<Response>, { pause }: Pick<Sender, 'pause'> = SENDER): Promise<Response> {
  for (const ms of AGAIN_MS) {
    try {
      return await send();
    } catch {
      await pause(ms);
    }
  }
  return send();
}

/**
 * For everything else, over a connection: the other side is told by headers which request it is and since when it is under way, and
 * refuses it where it may have handled it before (`workers/door/arrivals.ts`). Throws when it is lost each time, or refused.
 */
export async function sentOnce(send: (marks: Record<string, string>) => Promise<Response>, sender: Sender = SENDER): Promise<Response> {
  const id = sender.newId();
  const first = { [SENT_HEADER]: id };
  const again = { ...first, [FIRST_SENT_HEADER]: String(sender.now()) };
  let attempts = 0;
  const response = await sentAgain(() => send(attempts++ === 0 ? first : again), sender);
  if (response.headers.get(NOT_AGAIN_HEADER) === id) throw new Error('It may have been handled before its connection ended.');
  return response;
}
