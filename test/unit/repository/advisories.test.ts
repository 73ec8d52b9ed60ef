/** High and critical holes in shipped libraries stop a release; an answer that is none does not. */
import { expect, it } from 'vitest';
import { verdictOf } from '../../../scripts/local/advisories.mjs';

const found = (severity: string) => ({ vulnerabilities: { zlib: { name: 'zlib', severity, range: '<2', fixAvailable: true } } });

it.each<[string, unknown, boolean, string]>([
  ['none', { vulnerabilities: {} }, true, 'No library of production has a known hole.'],
  ['a low one', found('low'), true, 'low: zlib <2, a fix is available'],
  ['a moderate one', found('moderate'), true, 'moderate: zlib <2, a fix is available'],
  ['a high one', found('high'), false, 'high: zlib <2, a fix is available'],
  ['a critical one', found('critical'), false, 'critical: zlib <2, a fix is available'],
  ['a low and a high one', { vulnerabilities: { ...found('low').vulnerabilities, a: { name: 'a', severity: 'high', range: '*' } } }, false, 'high: a *'],
  ['a registry without the service', { message: '405 Method Not Allowed', error: { summary: '' } }, true, '405 Method Not Allowed'],
  ['no network', { error: { summary: 'getaddrinfo ENOTFOUND' } }, true, 'getaddrinfo ENOTFOUND'],
])('%s', (_what, report, passed, line) => {
  const verdict = verdictOf(JSON.stringify(report));
  expect(verdict.passed).toBe(passed);
  expect(verdict.lines.join('\n')).toContain(line);
});

it.each(['', 'not JSON', '[]', 'null'])('an answer that is none: %j', (output) => {
  expect(verdictOf(output)).toEqual({ passed: true, lines: ['Libraries were not checked against known holes: no answer'] });
});
