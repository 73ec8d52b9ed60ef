/**
 * Every program under test/jq gives what the real jq gives. The answers are data, made anew by `npm run jq:expected`; where
 * this implementation differs on purpose, the program stands in `DIFFERENCES` with what it gives here and why.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { JqError, JqSyntaxError } from '#jq/errors';
import { JqProgram } from '#jq/program';

interface Case {
  program: string;
  input: string;
  outputs?: Json[];
  error?: string;
  refused?: true;
}

const LITERALS = 'numbers are doubles, also those that are only passed on';
const DIFFERENCES: { [program: string]: { outputs: Json[]; why: string } } = {
  '[., tojson]': { outputs: [[1.2345678909876543e22, '12345678909876543000000']], why: LITERALS },
  'map([., . == 1]) | tojson': { outputs: ['[[1,true],[1,true],[1,true],[1,true]]'], why: LITERALS },
  '. as $big | [$big, $big + 1] | map(. > 10000000000000000000000000000000)': { outputs: [[false, false]], why: LITERALS },
};

const files = ['manual', 'language', 'builtins', 'additions'].map((name) => ({
  name,
  cases: (JSON.parse(readFileSync(fileURLToPath(`${new URL('../../jq/', import.meta.url)}${name}.json`), 'utf8')) as { cases: Case[] }).cases,
}));

function answer(program: string, input: string): Omit<Case, 'program' | 'input'> {
  let compiled: JqProgram;
  try {
    compiled = JqProgram.compile(program);
  } catch (error) {
    if (error instanceof JqSyntaxError) return { refused: true };
    throw error;
  }
  const outputs: Json[] = [];
  try {
    compiled.each(JSON.parse(input) as Json, 0, (output) => outputs.push(output));
    return { outputs };
  } catch (error) {
    if (error instanceof JqError) return { outputs, error: typeof error.value === 'string' ? error.value : JSON.stringify(error.value) };
    throw error;
  }
}

it('there are at least 400', () => {
  expect(files.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(400);
});

for (const { name, cases } of files) {
  it.each(cases)(`${name}: $program`, ({ program, input, ...expected }) => {
    const given = answer(program, input);
    expect(given).toEqual(DIFFERENCES[program] ? { outputs: DIFFERENCES[program].outputs } : expected);
  });
}
