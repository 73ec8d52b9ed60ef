import { expect, it } from 'vitest';
import { topicMatches } from '#language/topics';

it.each<[string, string, boolean]>([
  ['order.created', 'order.created', true],
  ['order.created', 'order.creates', false],
  ['order.*', 'order.created', true],
  ['order.*', 'order.item.added', true],
  ['order.*', 'order', false],
  ['order.*', 'orders.created', false],
  ['*', 'anything.at.all', true],
  ['*.failed', 'payment.failed', true],
  ['*.failed', 'payment.card.failed', false],
  ['order.>', 'order.a.b', true],
  ['order.#', 'order.a', true],
  ['order.*.done', 'order.item.done', true],
  ['order.*.done', 'order.item.x', false],
])('%s and %s: %s', (pattern, topic, expected) => expect(topicMatches(pattern, topic)).toBe(expected));
