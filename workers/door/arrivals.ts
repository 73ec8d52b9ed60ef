/**
 * What has arrived over a connection, on one machine, where router and region are processes: a request whose connection ended
 * before its answer is sent again (`workers/router/sending.ts`), and is not to be handled twice.
 *
 * Invariants
 * 1. Of all requests with one id one is handled, whichever comes first.
 * 2. One that is sent again is handled only where it is certain that it was not handled before: it was first sent after this process
 *    had begun, and after the youngest of those that are forgotten here had come. In doubt it is refused.
 * 3. Router and region read one clock. MARGIN_MS is more than their readings differ by.
 * 4. A refusal carries the id, which no application sees: so none can answer with one.
 */

/** On a request: its id, the same each time that it is sent. */
export const SENT_HEADER = 'x-workflow-sent';
/** On one that is sent again: when it was sent first, ms since the epoch. */
export const FIRST_SENT_HEADER = 'x-workflow-first-sent';
/** On a refusal: the id. Nothing was done for the request that it answers. */
export const NOT_AGAIN_HEADER = 'x-workflow-not-again';

/** So many are remembered; under a load that only just fits one machine, those of some ten seconds. */
const REMEMBERED = 10_000;
const MARGIN_MS = 1_000;
const ID = /^[0-9a-f-]{36}$/;

interface Arrival {
  id: string;
  /** Of one that is sent again. */
  firstSent?: number;
}

export class Arrivals {
  /** When each came, in this order. */
  private readonly begun = new Map<string, number>();
  /** What was sent until then may have come without being known here. */
  private unknownUntil: number | undefined;

  constructor(private readonly remembered = REMEMBERED) {}

  /** At every request, for what comes before the first one is not seen here. */
  watch(now: number): void {
    this.unknownUntil ??= now;
  }

  /** Whether it is to be handled; from then on it has been. */
  admits({ id, firstSent }: Arrival, now: number): boolean {
    this.watch(now);
    if (this.begun.has(id)) return false;
    if (firstSent !== undefined && !(firstSent > this.unknownUntil! + MARGIN_MS)) return false;
    this.begun.set(id, now);
    if (this.begun.size > this.remembered) this.forgetOldest();
    return true;
  }

  private forgetOldest(): void {
    const [id, at] = this.begun.entries().next().value!;
    this.begun.delete(id);
    this.unknownUntil = Math.max(this.unknownUntil!, at);
  }
}

/** The answer to a request that must not be handled. Requests without an id are of somebody who sends them once. */
export function refusedArrival({ headers }: Request, arrivals: Arrivals, now: number): Response | undefined {
  arrivals.watch(now);
  const id = headers.get(SENT_HEADER);
  if (id === null || !ID.test(id)) return undefined;
  const first = headers.get(FIRST_SENT_HEADER);
  if (arrivals.admits({ id, ...(first === null ? {} : { firstSent: Number(first) }) }, now)) return undefined;
  return new Response(null, { status: 409, headers: { [NOT_AGAIN_HEADER]: id } });
}
