import { describe, expect, it } from 'vitest';
import { type DrawnMachine, drawMachine } from '../../../dashboard/src/lib/machine-layout.ts';

const state = (count = 0, more: object = {}) => ({ final: false, error: false, count, ...more });
const ORDER: DrawnMachine = {
  initial: 'new',
  states: { new: state(2), paid: state(), shipped: state(1200, { final: true }), cancelled: state(0, { error: true }), alone: state() },
  transitions: {
    pay: { from: ['new'], to: 'paid', auto: false, condition: 'data.amount > 0' },
    pay_later: { from: ['new'], to: 'paid', auto: false },
    ship: { from: ['paid'], to: 'shipped', auto: true },
    cancel: { from: ['new', 'paid'], to: 'cancelled', auto: false },
    note: { from: ['paid'], to: 'paid', auto: false },
    lost: { from: ['nowhere'], to: 'paid', auto: false },
  },
};

describe('the drawing of a state machine', () => {
  const drawing = drawMachine(ORDER);

  it('has every state once, inside, and none on top of another', () => {
    expect(drawing.states.map((each) => each.name)).toEqual(Object.keys(ORDER.states));
    for (const box of drawing.states) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(drawing.width);
      expect(box.y + box.height).toBeLessThanOrEqual(drawing.height);
      for (const other of drawing.states) {
        if (other === box) continue;
        const apart = box.x + box.width <= other.x || other.x + other.width <= box.x || box.y + box.height <= other.y || other.y + other.height <= box.y;
        expect(apart, `${box.name} and ${other.name}`).toBe(true);
      }
    }
    expect(drawing.states.filter((each) => each.initial).map((each) => each.name)).toEqual(['new']);
  });

  it('has a way for each pair of states, with the names of its transitions', () => {
    expect(drawing.ways.map(({ from, to, labels }) => [from, to, labels.map((label) => label.name)])).toEqual([
      ['new', 'paid', ['pay', 'pay_later']],
      ['paid', 'shipped', ['ship']],
      ['new', 'cancelled', ['cancel']],
      ['paid', 'cancelled', ['cancel']],
      ['paid', 'paid', ['note']],
    ]);
    for (const way of drawing.ways) {
      expect(way.d).toMatch(/^M-?[\d.]+,-?[\d.]+( [QL]-?[\d.]+,-?[\d.]+( -?[\d.]+,-?[\d.]+)?)+$/);
      expect(way.x).toBeGreaterThan(0);
    }
    expect(drawing.ways[0]!.labels[0]).toEqual({ name: 'pay', auto: false, guarded: true });
    expect(drawing.ways[1]!.labels[0]).toEqual({ name: 'ship', auto: true, guarded: false });
  });

  it('is there for a machine of one state', () => {
    expect(drawMachine({ initial: 'on', states: { on: state() }, transitions: {} })).toMatchObject({ ways: [], states: [{ name: 'on' }] });
  });
});
