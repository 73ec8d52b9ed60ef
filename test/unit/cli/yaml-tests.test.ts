/** `wf test`: the examples pass their tests, and a test that should fail does, with a place and what was seen. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';

const EXAMPLES = fileURLToPath(String(new URL('../../../examples', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'wf-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(
  join(folder, 'app.yaml'),
  `name: app
pipelines:
  call:
    trigger: { type: http, config: { method: POST, path: /call } }
    steps:
      - { name: ask, type: step.http_call, config: { url: "http://x/{{ .id }}" } }
      - { name: later, type: step.delay, config: { duration: 3d } }
      - { name: answer, type: step.json_response, config: { status: 201, body: { got: "{{ .steps.ask.value }}" } } }
`,
);

async function wf(cwd: string, ...files: string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const around: Surroundings = { out: (line) => out.push(line), note: (line) => notes.push(line), env: {}, cwd, colours: false };
  return { code: await main(['test', ...files], around), out: out.join('\n'), notes: notes.join('\n') };
}

async function tested(text: string) {
  writeFileSync(join(folder, 'app_test.yaml'), text);
  return wf(folder, 'app_test.yaml');
}

const one = (rest: string) => tested(`tests:\n  - name: t\n    pipeline: call\n    trigger: { id: 7 }\n${rest}`);

const all = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' });
const files = all.filter((name) => name.endsWith('_test.yaml'));
const applications = all.filter((name) => name.endsWith('.yaml') && !name.endsWith('_test.yaml') && !name.includes('/specs/'));

describe('the examples', () => {
  it('have tests', () => {
    expect(applications.length).toBeGreaterThanOrEqual(20);
    expect(files).toEqual(expect.arrayContaining(applications.map((name) => name.replace(/\.yaml$/, '_test.yaml'))));
  });

  it.each(applications)('%s has a page of its own', (name) => {
    expect(all).toContain(join(dirname(name), 'README.md'));
  });

  it.each(files)('%s passes', async (name) => {
    const { code, out, notes } = await wf(EXAMPLES, name);
    expect(out + notes).toMatch(/all passed/);
    expect(code).toBe(0);
  });
});

describe('a test', () => {
  it('passes where all is as expected, and time costs nothing', async () => {
    const { code, out } = await one(
      '    now: 2026-02-15T14:30:00Z\n    mocks: { ask: { output: { value: 5 } } }\n    expect: { status: completed, response: { status: 201, body: { got: 5 } }, effects: [{ step: ask, input: { url: "http://x/7" } }], sequence: [ask, later, answer] }\n',
    );
    expect([out, code]).toEqual(['ok   app_test.yaml: t\n1 test, all passed.', 0]);
  });

  it.each<[string, string, RegExp]>([
    ['a status', '    mocks: { ask: { output: {} } }\n    expect: { status: failed }\n', /status: expected "failed", seen "completed"/],
    [
      'an output',
      '    mocks: { ask: { output: { value: 1 } } }\n    expect: { steps: { ask: { output: { value: 2 } } } }\n',
      /steps\.ask\.output\.value: expected 2, seen 1/,
    ],
    ['a step that never ran', '    mocks: { ask: { output: {} } }\n    expect: { steps: { gone: { status: completed } } }\n', /steps\.gone: it never ran/],
    ['effects', '    mocks: { ask: { output: {} } }\n    expect: { effects: [] }\n', /effects: expected none; seen ask/],
    [
      'the input of an effect',
      '    mocks: { ask: { output: {} } }\n    expect: { effects: [{ step: ask, input: { url: y } }] }\n',
      /effects\[0\]\.input\.url: expected "y", seen "http:\/\/x\/7"/,
    ],
    ['a sequence', '    mocks: { ask: { output: {} } }\n    expect: { sequence: [answer, ask] }\n', /sequence: ask does not come after the ones before/],
    [
      'events',
      '    mocks: { ask: { output: {} } }\n    expect: { events: [execution.failed] }\n',
      /events: execution\.failed does not come; seen: execution\.started/,
    ],
    ['a response', '    mocks: { ask: { error: { status: 404 } } }\n    expect: { response: { status: 201 } }\n', /response: the pipeline gave none/],
    [
      'an error',
      '    mocks: { ask: { error: { status: 404 } } }\n    expect: { error: step_timeout }\n',
      /error: expected "step_timeout", seen "upstream_status"/,
    ],
    ['a mock that is missing', '    expect: {}\n', /mocks\.ask: "ask" has an effect outside/],
  ])('fails for %s', async (_name, text, says) => {
    const { code, out } = await one(text);
    expect(out).toMatch(says);
    expect(out).toMatch(/1 failed/);
    expect(code).toBe(1);
  });

  it('of a pipeline that is not there is told the nearest', async () => {
    expect((await tested('tests: [{ name: t, pipeline: cal, expect: {} }]')).out).toMatch(/none that is called "cal".*call/);
  });

  it.each<[string, string, RegExp]>([
    ['no YAML', 'tests: [', /is no YAML/],
    ['no list of tests', 'tests: 1', /no file of tests[\s\S]*tests:/],
    ['an unknown key', 'tests: [{ name: t, pipeline: call, expects: {}, expect: {} }]', /expects/],
    ['an unknown code', 'tests: [{ name: t, pipeline: call, mocks: { ask: { error: { code: nonsense } } }, expect: {} }]', /mocks/],
    ['an application that is not there', 'application: gone.yaml\ntests: [{ name: t, pipeline: call, expect: {} }]', /no file gone\.yaml/],
  ])('that is %s is refused', async (_name, text, says) => {
    const { code, notes } = await tested(text);
    expect(notes).toMatch(says);
    expect(code).toBe(1);
  });
});
