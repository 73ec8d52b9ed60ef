/** Router and region over a connection that may end at any moment: nothing is handled twice, and what can be answered is. */
import { describe, expect, it } from 'vitest';
import { Arrivals, FIRST_SENT_HEADER, NOT_AGAIN_HEADER, refusedArrival, SENT_HEADER } from '#workers/door/arrivals';
import { sentOnce } from '#workers/door/sending';

/** When the region began, and when the request is sent, ms. */
const BEGUN = 100_000;
const SENT = 200_000;
const ID = '11111111-2222-4333-8444-555555555555';

/** What becomes of one attempt. */
type Fate = 'answered' | 'ended before it arrived' | 'lost after it arrived' | 'region begun anew before it arrived' | 'region begun anew after it arrived';

/** A region behind a link; `fates` of the attempts, in turn. */
function linked(fates: Fate[]) {
  let now = BEGUN;
  let handled = 0;
  const begin = () => {
    const begun = new Arrivals();
    begun.watch(now);
    return begun;
  };
  let arrivals = begin();
  now = SENT;

  const arrive = (marks: Record<string, string>) => {
    const refusal = refusedArrival(new Request('http://region/', { headers: marks }), arrivals, now);
    if (!refusal) handled += 1;
    return refusal ?? new Response('done');
  };
  const send = async (marks: Record<string, string>) => {
    const fate = fates.shift()!;
    const answer = fate.includes('before') ? undefined : arrive(marks);
    now += 1;
    if (fate.includes('anew')) arrivals = begin();
    if (fate !== 'answered') throw new Error('Network connection lost.');
    return answer!;
  };
  const pause = async (ms: number) => {
    now += ms;
  };
  const sent = () => sentOnce(send, { now: () => now, pause, newId: () => ID });
  return { sent, handled: () => handled, left: () => fates.length };
}

describe('a request', () => {
  it.each<[string, Fate[], number, string]>([
    ['that is answered', ['answered'], 1, 'done'],
    ['that meets an ended connection', ['ended before it arrived', 'answered'], 1, 'done'],
    ['that meets three', ['ended before it arrived', 'ended before it arrived', 'ended before it arrived', 'answered'], 1, 'done'],
    ['that meets nothing else', Array<Fate>(4).fill('ended before it arrived'), 0, 'lost'],
    ['that was lost after it arrived', ['lost after it arrived', 'answered'], 1, 'lost'],
    ['that was lost each time', Array<Fate>(4).fill('lost after it arrived'), 1, 'lost'],
    ['of which the second attempt was lost', ['ended before it arrived', 'lost after it arrived', 'answered'], 1, 'lost'],
    ['whose region began anew after it arrived', ['region begun anew after it arrived', 'answered'], 1, 'lost'],
    ['whose region began anew, who knows when', ['region begun anew before it arrived', 'answered'], 0, 'lost'],
    ['whose region began anew between two attempts', ['ended before it arrived', 'region begun anew after it arrived', 'answered'], 1, 'lost'],
  ])('%s', async (_what, fates, times, outcome) => {
    const link = linked([...fates]);
    const answer = await link.sent().then(
      (response) => response.text(),
      () => 'lost',
    );
    expect({ answer, handled: link.handled(), left: link.left() }).toEqual({ answer: outcome, handled: times, left: 0 });
  });
});

describe('arrivals', () => {
  const seen = (remembered?: number) => {
    const arrivals = new Arrivals(remembered);
    arrivals.watch(BEGUN);
    return arrivals;
  };

  it('refuse the first one when it comes after its repetition', () => {
    const arrivals = seen();
    expect(arrivals.admits({ id: 'a', firstSent: SENT }, SENT + 20)).toBe(true);
    expect(arrivals.admits({ id: 'a' }, SENT + 30)).toBe(false);
  });

  it('refuse again what may be among those that are forgotten, and nothing that was sent after them', () => {
    const arrivals = seen(2);
    for (const [at, id] of ['a', 'b', 'c'].entries()) expect(arrivals.admits({ id }, SENT + at)).toBe(true);
    expect(arrivals.admits({ id: 'a', firstSent: SENT }, SENT + 10)).toBe(false);
    expect(arrivals.admits({ id: 'd', firstSent: SENT + 5_000 }, SENT + 5_020)).toBe(true);
  });

  it.each([
    ['no id', {}, false],
    ['an id that is none of the router', { [SENT_HEADER]: 'mine', [FIRST_SENT_HEADER]: '1' }, false],
    ['an instant that is none', { [SENT_HEADER]: ID, [FIRST_SENT_HEADER]: 'soon' }, true],
    ['an instant before the region began', { [SENT_HEADER]: ID, [FIRST_SENT_HEADER]: String(BEGUN - 1) }, true],
  ])('of a request with %s', (_what, headers, isRefused) => {
    const refusal = refusedArrival(new Request('http://region/', { headers: headers as Record<string, string> }), seen(), SENT);
    expect(refusal?.headers.get(NOT_AGAIN_HEADER)).toBe(isRefused ? ID : undefined);
  });
});
