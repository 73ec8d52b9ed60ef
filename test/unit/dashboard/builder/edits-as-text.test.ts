/** What edits write, to be read: before and after. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { newStep } from '../../../../dashboard/src/builder/document/new-step';
import { type Flow, outlineOf, stepAt } from '../../../../dashboard/src/builder/document/outline';
import { renameStep } from '../../../../dashboard/src/builder/document/rename';
import { addPipeline, setPipelineKey, setStepKey, setTrigger } from '../../../../dashboard/src/builder/document/settings';
import { addStep, moveStep, removeStep, wrapStep } from '../../../../dashboard/src/builder/document/steps';
import { addLane, connect, disconnect, exitsOf } from '../../../../dashboard/src/builder/document/ways';
import { history, record, redo, undo } from '../../../../dashboard/src/builder/history';
import { Draft } from '../../../../dashboard/src/builder/yaml/edit';
import { EditRefused, parse } from '../../../../dashboard/src/builder/yaml/tree';
import { catalog } from './catalog';

const ORDER = `# Orders
pipelines:
  order:
    trigger: { type: http, method: POST, path: /orders }
    steps:
      # who is it
      - name: who
        type: step.set
        config:
          values: { id: "{{ .trigger.body.id }}" } # as sent

      - name: check
        type: step.conditional
        config:
          field: steps.who.id
          routes:
            "1": small
          default: big

      - name: small
        type: step.log
        if: steps.who.id != "x"
        config:
          message: 'one of {{ .steps.who.id }} and {{ index .steps "who" "id" }}, not {{ .steps.who-else.id }}'

      - { name: big, type: step.json_response, config: { body_from: steps.who } }
`;

const STEPS = ['pipelines', 'order', 'steps'] as const;

describe('an edit writes', () => {
  it('a step as its neighbours are written, set off by a blank line', () => {
    expect(edited((draft) => addStep(draft, { list: STEPS, index: 1 }, { name: 'note', type: 'step.log', config: { message: 'hi: there' } }))).toBe(
      ORDER.replace(
        '      - name: check\n',
        '      - name: note\n        type: step.log\n        config:\n          message: "hi: there"\n\n      - name: check\n',
      ),
    );
  });

  it('nothing where a step was, and its comment goes with it', () => {
    expect(edited((draft) => removeStep(draft, [...STEPS, 0]))).toBe(ORDER.replace(/ {6}# who is it[\s\S]*?(?= {6}- name: check)/, ''));
  });

  it('a step at its new place, with its comments', () => {
    const text = edited((draft) => moveStep(draft, [...STEPS, 0], { list: STEPS, index: 2 }));
    expect(text).toContain('          default: big\n\n      # who is it\n      - name: who\n');
    expect(text).toContain('    steps:\n      - name: check\n');
    expect(text).toContain('} # as sent\n\n      - name: small\n');
  });

  it('a new name wherever the step is named, and nowhere else', () => {
    const { flow, list, step } = at(ORDER, 0);
    expect(edited((draft) => renameStep(draft, flow, step, list, 'caller'))).toBe(
      ORDER.replace('- name: who\n', '- name: caller\n')
        .replaceAll('steps.who.id', 'steps.caller.id')
        .replace('.steps "who"', '.steps "caller"')
        .replace('body_from: steps.who', 'body_from: steps.caller'),
    );
  });

  it('what leads to a step that is renamed', () => {
    const { flow, list, step } = at(ORDER, 3);
    const text = edited((draft) => renameStep(draft, flow, step, list, 'large'));
    expect(text).toContain('default: large');
    expect(text).toContain('{ name: large,');
  });

  it('no name that is taken, or is none', () => {
    const { flow, list, step } = at(ORDER, 0);
    expect(() => edited((draft) => renameStep(draft, flow, step, list, 'big'))).toThrow(EditRefused);
    expect(() => edited((draft) => renameStep(draft, flow, step, list, 'a b'))).toThrow(EditRefused);
  });

  it('a way of a choice, and takes it back', () => {
    const { step } = at(ORDER, 1);
    const [byValue, otherwise] = exitsOf(json(ORDER, 1), catalog.get('step.conditional'));
    const text = edited((draft) => connect(draft, step, byValue!, 'big', '2'));
    expect(text).toBe(ORDER.replace('"1": small\n', '"1": small\n            "2": big\n'));
    expect(edited((draft) => connect(draft, step, otherwise!, 'small'))).toBe(ORDER.replace('default: big', 'default: small'));
    expect(edited((draft) => disconnect(draft, step, step.ways[0]!.path))).toBe(ORDER.replace('          routes:\n            "1": small\n', ''));
  });

  it('a block around a step, which keeps its text', () => {
    const block = { name: 'each', type: 'step.foreach', config: { collection: 'trigger.items', steps: [] } };
    expect(edited((draft) => wrapStep(draft, [...STEPS, 3], block, ['config', 'steps']))).toBe(
      ORDER.replace(
        /^ {6}- \{ name: big.*\n/m,
        '      - name: each\n        type: step.foreach\n        config:\n          collection: trigger.items\n          steps:\n            - { name: big, type: step.json_response, config: { body_from: steps.who } }\n',
      ),
    );
  });

  it('a second step into a place that held a single one', () => {
    const single = ORDER.replace(
      / {6}- \{ name: big.*\n/,
      '      - name: each\n        type: step.foreach\n        config:\n          collection: trigger.items\n          # the one\n          step:\n            name: one\n            type: step.log # logs\n',
    );
    const draft = new Draft(single);
    addStep(draft, { list: [...STEPS, 3, 'config', 'step'], index: 1 }, { name: 'two', type: 'step.log' });
    expect(draft.text).toBe(
      single.replace(
        '          step:\n            name: one\n            type: step.log # logs\n',
        '          steps:\n            - name: one\n              type: step.log # logs\n            - name: two\n              type: step.log\n',
      ),
    );
  });

  it('settings of step, pipeline and trigger where people write them', () => {
    const text = edited((draft) => {
      setStepKey(draft, [...STEPS, 0], 'timeout', '5s');
      setStepKey(draft, [...STEPS, 2], 'if', undefined);
      setPipelineKey(draft, ['pipelines', 'order'], 'timeout', '30s');
      setTrigger(draft, ['pipelines', 'order'], { type: 'http', method: 'PUT', path: '/orders' });
    });
    expect(text).toBe(
      ORDER.replace('# as sent\n', '# as sent\n        timeout: 5s\n')
        .replace(/ {8}if: .*\n/, '')
        .replace('path: /orders }\n', 'path: /orders }\n    timeout: 30s\n')
        .replace('method: POST', 'method: PUT'),
    );
  });

  it('a pipeline, also into a document without any', () => {
    const draft = new Draft('name: app\n');
    addPipeline(draft, 'hello', { type: 'http', method: 'GET', path: '/hello' });
    expect(draft.text).toBe('name: app\npipelines:\n  hello:\n    trigger:\n      type: http\n      method: GET\n      path: /hello\n    steps: []\n');
    expect(() => addPipeline(draft, 'hello', {})).toThrow(/exists already/);
  });

  it('a way for a branch, and steps into it', () => {
    const [flow] = outlineOf(parse(ORDER).document.toJS(), catalog);
    const draft = new Draft(ORDER);
    const path = addStep(draft, { list: STEPS, index: 4 }, newStep(catalog.get('step.branch')!, flow!));
    const { step } = stepAt(outlineOf(draft.tree.document.toJS(), catalog), 'pipelines.order.steps[4]')!;
    const lane = addLane(draft, step, catalog.get('step.branch')!, 'express');
    addStep(draft, { list: lane, index: 0 }, { name: 'hurry', type: 'step.log' });
    expect((draft.get(path) as JsonObject).config).toEqual({
      field: 'trigger.kind',
      branches: { true: [], express: [{ name: 'hurry', type: 'step.log' }] },
      default: [],
    });
  });
});

describe('what cannot be edited is refused, and nothing changes', () => {
  it('a text with a fault', () => {
    expect(() => new Draft('a: [1')).toThrow(/Line 1/);
  });

  it('what stands at an anchor elsewhere', () => {
    const draft = new Draft('a: &x\n  b: 1\nc: *x\n');
    expect(() => draft.set(['c', 'b'], 2)).toThrow(/&x/);
    expect(() => draft.remove(['a'])).toThrow(EditRefused);
    expect(draft.text).toBe('a: &x\n  b: 1\nc: *x\n');
  });

  it('a step moved into itself', () => {
    expect(() => edited((draft) => moveStep(draft, [...STEPS, 3], { list: [...STEPS, 3, 'config', 'steps'], index: 0 }))).toThrow(EditRefused);
  });
});

describe('history', () => {
  it('goes back and forth by the byte, and forgets what was undone by a new change', () => {
    let past = history('a');
    for (const [text, run] of [['ab'], ['abc', 'typing'], ['abcd', 'typing'], ['xabcd']] as const)
      past = record(past, text, { label: text, ...(run ? { run } : {}) });
    expect(past.done.map(({ label }) => label)).toEqual(['ab', 'abc', 'xabcd']);
    past = undo(undo(past));
    expect(past.text).toBe('ab');
    expect(redo(past).text).toBe('abcd');
    expect(redo(redo(redo(past))).text).toBe('xabcd');
    past = record(past, 'other', { label: 'other' });
    expect(redo(past)).toBe(past);
    expect(undo(undo(undo(past))).text).toBe('a');
  });
});

it('a type of step comes with what it cannot be without, under a name of its own', () => {
  const [flow] = outlineOf(parse(ORDER).document.toJS(), catalog) as [Flow];
  expect(newStep(catalog.get('step.http_call')!, flow)).toMatchObject({ name: 'http-call', type: 'step.http_call', config: { url: '' } });
  for (const type of catalog.values()) expect(newStep(type, flow).name).toMatch(/^[a-z0-9-]+$/);
});

function edited(edit: (draft: Draft) => void): string {
  const draft = new Draft(ORDER);
  edit(draft);
  return draft.text;
}

function at(text: string, index: number) {
  return stepAt(outlineOf(parse(text).document.toJS(), catalog), `pipelines.order.steps[${index}]`)!;
}

function json(text: string, index: number): JsonObject {
  return new Draft(text).get([...STEPS, index]) as JsonObject;
}
