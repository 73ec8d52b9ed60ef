/** The tables of the guide to the dialect: each example is evaluated, and each key and each function of the language has a row. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { testCondition } from '#language/conditions';
import { PIPELINE_KEYS, STEP_KEYS, TOP_LEVEL } from '#language/dialect';
import type { Frame } from '#language/expressions';
import { buildContext } from '#language/scope';
import { compileTemplate } from '#language/templates/engine';
import { FUNCTION_NAMES } from '#language/templates/function-names';

const guide = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../../docs/dialect.md'), 'utf8');

/** Cells of the table below a heading, without the back quotes around them and with the bars that Markdown wants escaped. */
function rows(header: string): string[][] {
  const [, table = ''] = guide.split(`${header}\n`);
  const lines = table.split('\n');
  return lines.slice(1, lines.indexOf('')).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) =>
        cell
          .trim()
          .replace(/^`(.*)`$/, '$1')
          .replaceAll('\\|', '|'),
      ),
  );
}

const data = JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)![1]!) as JsonObject;
const frame: Frame = {
  context: {
    ...buildContext({ trigger: { method: 'POST', body: data }, triggerType: 'http', steps: [{ name: 'price', output: { total: 40 } }], meta: {} }),
  },
  now: Date.parse('2026-03-01T08:00:00Z'),
  config: { router: { prefix: '/api' } },
  strict: false,
};

const functions = rows('| Function | Meaning | Example | Gives |');
const conditions = rows('| Condition | With the data above |');

/** Keys that stand in the first column, several to a row. */
const keysOf = (header: string) => rows(header).flatMap(([keys]) => keys!.split('`, `'));

it.each([
  ['| Key of a document | Meaning |', TOP_LEVEL],
  ['| Key of a pipeline | Meaning |', PIPELINE_KEYS],
  ['| Key of a step | Meaning |', new Set([...STEP_KEYS].filter((key) => !['name', 'type', 'config'].includes(key)))],
])('%s has every key, and no other', (header, known) => {
  expect(keysOf(header).sort()).toEqual([...known].sort());
});

it('has a row for every function of the language, and for no other', () => {
  expect(functions.map(([name]) => name).sort()).toEqual([...FUNCTION_NAMES].sort());
});

it.each(functions.map(([name, , example, gives]) => [name, example, gives] as [string, string, string]))('%s: %s gives %s', (name, example, gives) => {
  expect(example).toMatch(new RegExp(`\\b${name}\\b`));
  expect(compileTemplate(example).value(frame)).toEqual(JSON.parse(gives));
});

it('has conditions', () => expect(conditions.length).toBeGreaterThan(10));

it.each(conditions as [string, string][])('%s is %s', (condition, gives) => {
  expect(testCondition(condition, frame)).toBe(JSON.parse(gives));
});
