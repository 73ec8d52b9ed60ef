/** What `npm test` says at its end of what failed. */
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../scripts/local/failures.mjs';

const test = (fullName: string, status = 'failed', message = 'AssertionError: expected 1 to be 2') => ({ status, fullName, failureMessages: [message] });
const file = (name: string, assertionResults: ReturnType<typeof test>[], message = '') => ({
  name: `/root/test/${name}`,
  status: message !== '' || assertionResults.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
  message,
  assertionResults,
});

describe('what failed', () => {
  it('is named with its file and how its message begins', () => {
    const long = ['AssertionError: expected 1 to be 2', '', ...Array.from({ length: 40 }, (_, line) => `    at line ${line}`)].join('\n');
    const [failure, ...others] = failuresOf({ testResults: [file('a.test.ts', [test('adds', 'passed'), test('takes away', 'failed', long)])] }, '/root');
    expect(others).toEqual([]);
    expect(failure!.split('\n').slice(0, 3)).toEqual(['FAILED test/a.test.ts > takes away', '  AssertionError: expected 1 to be 2', '      at line 0']);
    expect(failure!.split('\n')).toHaveLength(7);
  });

  it('is the file, where it did not load', () => {
    expect(failuresOf({ testResults: [file('b.test.ts', [], 'Error: no such module')] }, '/root')).toEqual(['FAILED test/b.test.ts\n  Error: no such module']);
  });

  it('is nothing where all passed, or there is no report', () => {
    expect(failuresOf({ testResults: [file('c.test.ts', [test('adds', 'passed')])] }, '/root')).toEqual([]);
    expect(failuresOf({}, '/root')).toEqual([]);
  });

  it('is counted where it is much', () => {
    const failures = failuresOf(
      {
        testResults: [
          file(
            'd.test.ts',
            Array.from({ length: 30 }, (_, at) => test(`case ${at}`)),
          ),
        ],
      },
      '/root',
    );
    expect(failures).toHaveLength(21);
    expect(failures.at(-1)).toBe('… and 10 more');
  });
});
