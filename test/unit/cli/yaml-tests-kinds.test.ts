/** `wf test` of state machines and schedules: what is as expected passes, and everything else fails with its place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';

const folder = mkdtempSync(join(tmpdir(), 'wf-test-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(
  join(folder, 'app.yaml'),
  `name: app
modules: [{ name: engine, type: statemachine.engine }]
workflows:
  statemachine:
    engine: engine
    definitions:
      - name: door
        initialState: shut
        states: { shut: {}, open: {}, locked: { isFinal: true }, broken: { isFinal: true, isError: true } }
        transitions:
          open: { fromState: shut, toState: open, condition: data.key == "brass" }
          shut: { fromState: open, toState: shut }
          lock: { fromState: shut, toState: locked }
          slam: { fromState: open, toState: shut, autoTransform: true, condition: data.wind > 8 }
    hooks:
      - { workflowType: door, transitions: [lock], handler: locksmith }
      - { workflowType: door, transitions: [shut], handler: sleeper }
pipelines:
  locksmith:
    steps:
      - { name: call, type: step.http_call, config: { url: "http://smith/{{ .instance_id }}" } }
      - { name: fee, type: step.json_response, config: { status: "{{ .steps.call.fee }}", body: { detail: too dear } } }
  sleeper:
    steps: [{ name: nap, type: step.wait_for_event, config: { event: dawn } }]
  skipping:
    trigger: { type: schedule, cron: "*/10 * * * *", overlap: skip, params: { of: skipping } }
    steps: [{ name: rest, type: step.delay, config: { duration: 15m } }, { name: tell, type: step.http_call, config: { url: "http://x/{{ .of }}" } }]
  cancelling:
    trigger: { type: schedule, cron: "*/10 * * * *", overlap: cancel_previous, catch_up: all }
    steps: [{ name: a, type: step.log, config: { message: hi } }]
  off:
    trigger: { type: schedule, every: 1m, enabled: false }
    steps: [{ name: a, type: step.log, config: { message: hi } }]
`,
);

async function tested(test: string): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  writeFileSync(join(folder, 'app_test.yaml'), `tests:\n  - {name: t, ${test}}\n`);
  const around: Surroundings = { out: (line) => lines.push(line), note: (line) => lines.push(line), env: {}, cwd: folder, colours: false };
  const code = await main(['test', 'app_test.yaml'], around);
  return { code, out: lines.join('\n') };
}

const HOOK = (fee: number) => `mocks: {call: {output: {fee: ${fee}}}}`;
const NOON = 'now: "2026-02-15T12:00:00Z"';
const at = (minute: number) => `"2026-02-15T12:${String(minute).padStart(2, '0')}:00Z"`;

describe('passes where', () => {
  it.each<[string, string]>([
    ['a machine stays where it was made', 'machine: door, expect: {state: shut, final: false, history: [shut], data: {}, hooks: [], effects: []}'],
    ['a guard lets by', 'machine: door, data: {key: brass}, moves: [{transition: open, expect: {state: open, followed: []}}], expect: {history: [shut, open]}'],
    ['a guard refuses', 'machine: door, moves: [{transition: open, expect: {refused: guard_refused, state: shut}}], expect: {history: [shut]}'],
    [
      'the machine goes on by itself',
      'machine: door, data: {key: brass}, moves: [{transition: open, data: {wind: 9}, expect: {state: shut, followed: [slam], data: {wind: 9}}}], expect: {history: [shut, {to: open, transition: open, auto: false}, {to: shut, auto: true}]}',
    ],
    [
      'a hook has its effect, under the id of the instance',
      `machine: door, id: d1, ${HOOK(200)}, moves: [{transition: lock, by: kim}], expect: {state: locked, final: true, error: false, hooks: [locksmith], effects: [{step: call, input: {url: "http://smith/d1"}}], history: [shut, {to: locked, by: kim}]}`,
    ],
    ['a hook vetoes', `machine: door, ${HOOK(402)}, moves: [{transition: lock, expect: {refused: transition_vetoed}}], expect: {state: shut}`],
    [
      'a hook that waits for ever vetoes',
      'machine: door, data: {key: brass}, moves: [{transition: open}, {transition: shut, expect: {refused: transition_vetoed}}], expect: {state: open}',
    ],
    ['a state is expected', 'machine: door, moves: [{transition: lock, expected_state: open, expect: {refused: state_changed}}], expect: {}'],
    ['a schedule has its next times', `schedule: skipping, ${NOON}, expect: {next: [${at(10)}, "2026-02-15T13:20:00+01:00"]}`],
    ['a schedule that is off has none', `schedule: off, ${NOON}, until: ${at(30)}, expect: {runs: []}`],
    [
      'a run is left out while the one before goes on',
      `schedule: skipping, ${NOON}, until: ${at(40)}, mocks: {tell: {output: {}}}, expect: {runs: [{at: ${at(10)}, trigger: {of: skipping}, effects: [{step: tell, input: {url: "http://x/skipping"}}]}, {at: ${at(20)}, skipped: true}, ${at(30)}, {at: ${at(40)}, skipped: true}]}`,
    ],
    [
      'a run takes the place of the one before',
      `schedule: cancelling, ${NOON}, until: ${at(30)}, takes: 12m, expect: {runs: [{at: ${at(10)}, cancelled: true}, {at: ${at(20)}, cancelled: true}, {at: ${at(30)}, cancelled: false, status: completed}]}`,
    ],
    [
      'what was missed is made up for',
      `schedule: cancelling, ${NOON}, until: ${at(40)}, down: [{from: ${at(5)}, until: ${at(35)}}], expect: {runs: [{at: ${at(10)}, late: true}, {at: ${at(20)}, late: true}, {at: ${at(30)}, late: true}, {at: ${at(40)}, late: false}]}`,
    ],
  ])('%s', async (_, test) => {
    expect(await tested(test)).toMatchObject({ code: 0, out: expect.stringContaining('all passed') });
  });
});

describe('fails for', () => {
  it.each<[string, string, RegExp]>([
    ['a machine that is not there', 'machine: dor, expect: {}', /machine: the application has none that is called "dor".*door/],
    ['a refusal that nobody expects', 'machine: door, moves: [{transition: open}], expect: {}', /moves\[0\] open: refused with guard_refused/],
    [
      'a transition that was to be refused',
      `machine: door, ${HOOK(200)}, moves: [{transition: lock, expect: {refused: wrong_state}}], expect: {}`,
      /expected wrong_state, and it was taken/,
    ],
    ['another refusal', 'machine: door, moves: [{transition: open, expect: {refused: wrong_state}}], expect: {}', /expected wrong_state, seen guard_refused/],
    ['another state', 'machine: door, expect: {state: open}', /state: expected "open", seen "shut"/],
    ['other data', 'machine: door, data: {a: 1}, expect: {data: {a: 2}}', /data\.a: expected 2, seen 1/],
    ['another history', 'machine: door, expect: {history: [shut, open]}', /history: expected 2 entries, seen 1: shut/],
    ['an entry', 'machine: door, expect: {history: [{to: shut, auto: true}]}', /history\[0\]\.auto: expected true, seen false/],
    ['a hook', 'machine: door, expect: {hooks: [locksmith]}', /hooks: expected \["locksmith"\], seen \[\]/],
    [
      'what a hook does outside',
      'machine: door, moves: [{transition: lock, expect: {refused: transition_vetoed}}], expect: {}',
      /mocks\.call: "call" has an effect outside/,
    ],
    ['an effect', `machine: door, ${HOOK(200)}, moves: [{transition: lock}], expect: {effects: []}`, /effects: expected none; seen call/],
    ['a schedule that is not there', `schedule: skiping, ${NOON}, expect: {}`, /schedule: the application has none that is called "skiping".*skipping/],
    [
      'a next time',
      `schedule: cancelling, ${NOON}, expect: {next: [${at(15)}]}`,
      /next\[0\]: expected "2026-02-15T12:15:00.000Z", seen "2026-02-15T12:10:00.000Z"/,
    ],
    [
      'how many are due',
      `schedule: cancelling, ${NOON}, until: ${at(25)}, expect: {runs: [${at(10)}]}`,
      /runs: expected 1, seen 2: 2026-02-15T12:10:00.000Z, 2026-02-15T12:20/,
    ],
    [
      'one that was to be skipped',
      `schedule: cancelling, ${NOON}, until: ${at(15)}, expect: {runs: [{at: ${at(10)}, skipped: true}]}`,
      /runs\[0\]\.skipped: expected true, seen false/,
    ],
    [
      'one that is skipped',
      `schedule: skipping, ${NOON}, until: ${at(20)}, mocks: {tell: {output: {}}}, expect: {runs: [${at(10)}, ${at(20)}]}`,
      /runs\[1\]\.skipped: expected false, seen true/,
    ],
    [
      'effects of a run',
      `schedule: skipping, ${NOON}, until: ${at(10)}, mocks: {tell: {output: {}}}, expect: {runs: [{at: ${at(10)}, effects: []}]}`,
      /runs\[0\]\.effects: expected none; seen tell/,
    ],
    ['effects that are not mocked', `schedule: skipping, ${NOON}, until: ${at(10)}, expect: {}`, /mocks\.tell/],
    ['too long a time', `schedule: cancelling, ${NOON}, until: "2027-02-15T12:00:00Z", expect: {runs: []}`, /more than 1000 times are due/],
    ['no kind', 'expect: {}', /tests\.0: name one of pipeline, machine and schedule/],
    ['two kinds', 'machine: door, schedule: off, expect: {}', /not machine and schedule/],
    ['runs without an end', `schedule: off, ${NOON}, expect: {runs: []}`, /tests\.0\.until: runs need until/],
    ['an instant that is none', 'schedule: off, now: noon, expect: {}', /tests\.0\.now/],
    ['an unknown key of a move', 'machine: door, moves: [{transition: open, expects: 1}], expect: {}', /expects/],
  ])('%s', async (_, test, says) => {
    const { code, out } = await tested(test);
    expect(out).toMatch(says);
    expect(code).toBe(1);
  });
});
