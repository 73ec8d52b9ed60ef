/** `residency` of a pipeline: what is a region, and what is not. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';

const compiled = (residency: string) =>
  compile(`name: a\npipelines:\n  p:\n    residency: ${residency}\n    steps:\n      - { name: s, type: step.set, config: { values: { a: 1 } } }\n`, {
    steps,
    modules,
  });

describe('residency', () => {
  it.each([
    ['eu', 'eu'],
    ['EU', 'EU'],
    ['"{{ .trigger.body.region }}"', '{{ .trigger.body.region }}'],
  ])('%s', async (text, expected) => {
    expect((await compiled(text)).definition?.pipelines.p?.residency).toBe(expected);
  });

  it.each([
    ['"not a region"', 'invalid_value'],
    ['""', 'invalid_value'],
    ['"{{ .x"', 'template_syntax'],
    ['[eu]', 'invalid_type'],
  ])('%s is told', async (text, code) => {
    const [first] = (await compiled(text)).diagnostics;
    expect(first).toMatchObject({ severity: 'error', code, path: 'pipelines.p.residency' });
  });
});
