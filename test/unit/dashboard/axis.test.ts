/** Zoom and pan stay within the whole, and the whole is no zoom. */
import { expect, it } from 'vitest';
import { panned, type Span, zoomed } from '../../../dashboard/src/lib/axis';

const WHOLE: Span = { from: 0, to: 1000 };

it.each<[string, Span | undefined, Span | undefined]>([
  ['in, around the middle', zoomed(WHOLE, WHOLE, 0.5, 500), { from: 250, to: 750 }],
  ['in, where the center stays where it is seen', zoomed(WHOLE, WHOLE, 0.5, 100), { from: 50, to: 550 }],
  ['out to the whole', zoomed({ from: 250, to: 750 }, WHOLE, 2, 500), undefined],
  ['out at an edge', zoomed({ from: 0, to: 250 }, WHOLE, 2, 200), { from: 0, to: 500 }],
  ['never to nothing', zoomed({ from: 10, to: 10.6 }, WHOLE, 0.001, 10.3), { from: 10.05, to: 10.55 }],
  ['to the right', panned({ from: 0, to: 400 }, WHOLE, 0.25), { from: 100, to: 500 }],
  ['not beyond the end', panned({ from: 500, to: 900 }, WHOLE, 1), { from: 600, to: 1000 }],
  ['not before the start', panned({ from: 100, to: 500 }, WHOLE, -1), { from: 0, to: 400 }],
])('%s', (_, span, expected) => {
  if (!expected) expect(span).toBeUndefined();
  else {
    expect(span?.from).toBeCloseTo(expected.from);
    expect(span?.to).toBeCloseTo(expected.to);
  }
});
