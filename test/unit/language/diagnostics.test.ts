/** Many mistakes at once, and the bounds of what is read. */
import { describe, expect, it } from 'vitest';
import { problemDetail } from '#contracts/diagnostics';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';
import { diagnose, head, place, unmark } from './mistakes/mistake.ts';

describe('all at once', () => {
  it('finds five mistakes in one go, each with its place', async () => {
    const { source, spans } = unmark(`name: order-app
«piplines»: {}
pipelines:
  create-order:
    trigger: {type: http, path: /orders, method: POST}
    timeout: «soon»
    steps:
      - name: reserve
        type: «step.htp_call»
        config:
          url: http://inventory/api
      - name: choose
        type: step.conditional
        config:
          field: steps.reserve.found
          routes:
            "true": «respnd»
          default: respond
      - name: respond
        type: step.json_response
        config:
          body: "{{ .id | «jsn» }}"
`);
    const { definition, diagnostics } = await compile(source, { steps, modules });
    expect(definition).toBeNull();
    expect(diagnostics.map((each) => each.code)).toEqual(['unknown_key', 'invalid_duration', 'unknown_step_type', 'unknown_target', 'unknown_function']);
    expect(diagnostics.map(place)).toEqual(spans.map(place));
    expect(diagnostics.map((each) => each.hint)).toEqual([
      'Did you mean "pipelines"?',
      'Write 30s, for instance.',
      'Did you mean "step.http_call"?',
      'Did you mean "respond"?',
      'Did you mean "json"?',
    ]);
    expect(problemDetail(diagnostics[2]!)).toEqual({
      code: 'unknown_step_type',
      message: 'Unknown step type "step.htp_call".',
      path: 'pipelines.create-order.steps[0].type',
      line: 9,
      column: 15,
      hint: 'Did you mean "step.http_call"?',
    });
  });

  it('goes on after mistakes in the YAML itself', async () => {
    const { source, spans } = unmark(`name: app
description: «broken: here»
version: «"»1.0
pipelines:
  p:
    steps:
      - name: a
        type: «step.st»
        config: {values: {}}
`);
    const diagnostics = await diagnose(source);
    expect(diagnostics.map((each) => each.code)).toEqual(['yaml_syntax', 'yaml_syntax', 'unknown_step_type']);
    expect(diagnostics.map(place)).toEqual(spans.map(place));
  });

  it('points at characters beyond ASCII in UTF-16 units', async () => {
    const { source, spans } = unmark(`${head}      - name: a\n        type: step.set\n        config: {values: {x: "😀ü {{ «$x» }}"}}\n`);
    expect(place((await diagnose(source))[0]!)).toEqual(spans[0]);
  });

  it('reports a mistake under an anchor once', async () => {
    const source = `name: app
pipelines:
  p: &p
    steps: [{name: a, type: step.st}]
  q: *p
`;
    expect((await diagnose(source)).map((each) => each.code)).toEqual(['unknown_step_type']);
  });
});

describe('bounds', () => {
  it.each([
    ['size', `name: app\n# ${'x'.repeat(1024 * 1024)}`, 'too_large'],
    ['flow depth', `name: app\npipelines: ${'['.repeat(100_000)}`, 'too_deep'],
    ['mapping depth', `${'{a: '.repeat(5000)}`, 'too_deep'],
    ['compact depth', `name: app\npipelines: \n  ${'- '.repeat(5000)}x`, 'too_deep'],
    ['block depth', Array.from({ length: 80 }, (_, i) => `${' '.repeat(i)}k:`).join('\n'), 'too_deep'],
    ['aliases', `name: &n app\npipelines: [${Array.from({ length: 101 }, () => '*n').join(', ')}]`, 'too_many_aliases'],
    [
      'alias bomb',
      `name: app\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(',')}]`).join('\n')}`,
      'too_many_aliases',
    ],
    ['self reference', 'name: app\npipelines: &a {p: *a}', 'yaml_syntax'],
    ['forbidden key', 'name: app\npipelines: {__proto__: {}}', 'forbidden_key'],
    ['steps', `${head}${Array.from({ length: 1001 }, (_, i) => `      - {name: s${i}, type: step.set, config: {values: {}}}`).join('\n')}`, 'too_many'],
  ])('%s', async (_, source, code) => {
    const { definition, diagnostics } = await compile(source, { steps, modules });
    expect(definition).toBeNull();
    expect(diagnostics.map((each) => each.code)).toContain(code);
  });
});
