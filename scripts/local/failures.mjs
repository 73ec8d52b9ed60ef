/** What failed in a run, in a few lines each: file, name, and how the message begins. */
import { relative } from 'node:path';

/** Failures of a suite that are named, and lines of each. */
const MOST = 20;
const LINES = 6;
/** Characters of a line. */
const WIDTH = 300;

/** `result`: the report of vitest as JSON; files in it are absolute. */
export function failuresOf(result, root) {
  const all = (result.testResults ?? []).flatMap((file) => failuresIn(file, relative(root, file.name)));
  const more = all.length > MOST ? [`… and ${all.length - MOST} more`] : [];
  return [...all.slice(0, MOST), ...more];
}

/** A file that does not load fails without a test of its own. */
function failuresIn({ status, message, assertionResults }, name) {
  const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => told(`${name} > ${test.fullName}`, test.failureMessages?.[0]));
  return failed.length === 0 && status === 'failed' ? [told(name, message)] : failed;
}

function told(what, message) {
  const lines = (message ?? '')
    .split('\n')
    .map((line) => line.trimEnd().slice(0, WIDTH))
    .filter((line) => line !== '');
  return [`FAILED ${what}`, ...lines.slice(0, LINES).map((line) => `  ${line}`)].join('\n');
}
