/** Programs of strangers in jq and JavaScript: they reach what they were given, leave nothing behind, and end. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { JqError, JqLimitError, JqSyntaxError } from '#jq/errors';
import { JqProgram } from '#jq/program';
import { loadEngine } from '#sandbox/engine';
import { ScriptError } from '#sandbox/errors';
import { runScript } from '#sandbox/script';
import { INPUTS } from './inputs.ts';

beforeAll(loadEngine);

const SECRET = 'a-secret-of-the-machine';
process.env.HOSTILE_SECRET = SECRET;

function jq(source: string): string {
  try {
    const outputs = JqProgram.compile(source).run({ a: 1, list: [1] }, 0, { steps: 200_000, bytes: 2 * 1024 * 1024 });
    return JSON.stringify(outputs);
  } catch (error) {
    if (error instanceof JqError || error instanceof JqSyntaxError || error instanceof JqLimitError) return 'refused';
    throw error;
  }
}

function script(body: string, owner = 'mallory', context: Json = { mine: 1 }): string {
  const code = `function transform(ctx) { ${body} }`;
  const settings = { owner, code, entry: 'transform', timeout_ms: 200, memory_bytes: 8 * 1024 * 1024 };
  try {
    return JSON.stringify(runScript(settings, { input: JSON.stringify({ context, lookUps: { steps: {}, trigger: {} } }), now: 0, seed: 1 }));
  } catch (error) {
    if (error instanceof ScriptError) return 'refused';
    throw error;
  }
}

describe('jq', () => {
  it.each(INPUTS.jq_to_reach)('%s reaches nothing', (source) => {
    expect(jq(source)).not.toMatch(new RegExp(`${SECRET}|PATH|root:|native code|polluted|\\[Function|\\btrue\\b`));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a script', () => {
  it.each(INPUTS.scripts_to_reach)('%s is not there', (expression) => {
    expect(['refused', 'null', '"undefined"']).toContain(script(`const found = ${expression}; return found === undefined ? null : typeof found`));
  });

  it.each(INPUTS.scripts_to_stay)('%s is gone with it', (statement) => {
    script(`${statement}; return 1`);
    for (const owner of ['mallory', 'victim']) {
      const seen = script(
        'return [typeof leak, {}.leak === undefined, [].leak === undefined, "".leak === undefined, JSON.stringify({ a: 1 }), JSON.parse("[1]"), Math.leak === undefined, Date.now()]',
        owner,
      );
      expect(JSON.parse(seen)).toEqual(['undefined', true, true, true, '{"a":1}', [1], true, 0]);
    }
    expect(({} as { leak?: unknown }).leak).toBeUndefined();
  });

  it.each(INPUTS.scripts_without_end)('ends: %s', (body) => {
    expect(['refused', 'null', 'false', '{}', '{"a":1}']).toContain(script(body));
    expect(script('return ctx.mine')).toBe('1');
  });
});
