/** The bound of calls without a credential, as a deployment sets it. */
import { expect, it } from 'vitest';
import { addressRateOf } from '#contracts/address-rate';

const usual = { per_minute: 3000, burst: 600 };

it.each([
  ['what is set', '600', true, { per_minute: 600, burst: 120 }],
  ['what is set, on one machine', '600', false, { per_minute: 600, burst: 120 }],
  ['no bound where it says so', 'unlimited', true, null],
  ['one call at once at the least', '3', true, { per_minute: 3, burst: 1 }],
  ['the usual where nothing is set', undefined, true, usual],
  ['nothing on one machine where nothing is set', undefined, false, null],
  ['the usual where it cannot be read', 'many', true, usual],
  ['the usual for none', '0', true, usual],
  ['the usual for less than none', '-1', true, usual],
  ['the usual for an empty text', '', true, usual],
  ['the usual for what no counter holds', '9'.repeat(30), true, usual],
])('is %s', (_what, set, isHosted, rate) => {
  expect(addressRateOf(set, isHosted)).toEqual(rate);
});
