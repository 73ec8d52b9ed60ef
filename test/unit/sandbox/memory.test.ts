/** Memory of scripts: a run ends at what it may take, whatever it takes it in, and the next run is as good as any. */
import { beforeAll, expect, it } from 'vitest';
import { engineBytes, loadEngine } from '#sandbox/engine';
import { ScriptError } from '#sandbox/errors';
import { runScript } from '#sandbox/script';

beforeAll(loadEngine);

const MB = 1024 * 1024;
const INPUT = JSON.stringify({ context: {}, lookUps: { steps: {}, trigger: {} } });

function run(body: string): unknown {
  const script = { owner: 'acme', code: `function transform() { ${body} }`, entry: 'transform', timeout_ms: 5000, memory_bytes: 16 * MB };
  return runScript(script, { input: INPUT, now: 0, seed: 1 });
}

it.each([
  'const all = []; for (let i = 0; i < 100; i++) all.push(new Array(100000).fill(1)); return all.length',
  'const all = []; for (let i = 0; i < 1000000; i++) all.push({ a: i, b: [i], c: { i } }); return all.length',
  'const all = []; for (let i = 0; i < 1000; i++) all.push("x".repeat(100000) + i); return all.length',
  'const all = []; try { for (;;) all.push(new Array(100000).fill(1)) } catch { return "caught" }',
])('%s', async (body) => {
  await loadEngine();
  expect(() => run(body)).toThrow(ScriptError);
  expect(() => run(body)).toThrow('memory');
  await loadEngine();
  expect(run('return 1')).toBe(1);
  expect(engineBytes()).toBeLessThan(64 * MB);
});

it('what is within the bound runs, as often as one likes', async () => {
  for (let i = 0; i < 20; i++) {
    await loadEngine();
    expect(run('const all = []; for (let i = 0; i < 10; i++) all.push(new Array(100000).fill(1)); return all.length')).toBe(10);
  }
  expect(engineBytes()).toBeLessThan(64 * MB);
});
