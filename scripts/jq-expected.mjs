/**
 * Asks the real jq what it makes of each program under test/jq, and keeps its answers beside them as data.
 *
 * npm run jq:expected
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as older from 'jq-wasm';
import * as newer from 'jq-wasm-1-8';

const folder = join(import.meta.dirname, '..', 'test', 'jq');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const jq = file === 'additions.txt' ? newer : older;
  const cases = [];
  for (const { program, input } of programs(readFileSync(join(folder, file), 'utf8'))) cases.push({ program, input, ...(await ask(jq, program, input)) });
  const text = cases.map((one) => JSON.stringify(one)).join(',\n');
  writeFileSync(join(folder, file.replace(/\.txt$/, '.json')), `{"by":${JSON.stringify(await jq.version())},"cases":[\n${text}\n]}\n`);
  console.log(`${file}: ${cases.length} programs`);
}

/** `@ value` is the input of the programs that follow, one a line; `#` begins a remark. */
function* programs(text) {
  let input = 'null';
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (line.startsWith('@ ')) input = line.slice(2);
    else yield { program: line, input };
  }
}

/** `{outputs}`, with `error` where the run ended with one; or `{refused: true}`. */
async function ask(jq, program, input) {
  const { stdout, stderr, exitCode } = await jq.raw(input, program, ['-c']);
  if (exitCode === 3) return { refused: true };
  // As doubles, which is what JSON in this platform holds.
  const outputs = stdout === '' ? [] : stdout.split('\n').map((line) => JSON.parse(line));
  const message = /^jq: error \(at [^)]*\)(?: \(not a string\))?: (.*)$/ms.exec(stderr)?.[1]?.trimEnd();
  return message === undefined ? { outputs } : { outputs, error: message };
}
