/** Building on real documents: steps come, go, move and are renamed in the text; the rest stays as it was written. */
import { describe, expect, it } from 'vitest';
import * as yaml from 'yaml';
import type { JsonObject } from '#contracts/json';
import { type Flow, outlineOf, type Step, type StepList, stepAt, stepsOf } from '../../../../dashboard/src/builder/document/outline';
import { renameStep } from '../../../../dashboard/src/builder/document/rename';
import { setSettings, settingsIn } from '../../../../dashboard/src/builder/document/settings';
import { addStep, moveStep, removeStep, wrapStep } from '../../../../dashboard/src/builder/document/steps';
import { Draft } from '../../../../dashboard/src/builder/yaml/edit';
import { nodeAt, parse, pathText } from '../../../../dashboard/src/builder/yaml/tree';
import { catalog } from './catalog';
import { commentsOf, documents, jsonOf, sample } from './documents';

const STEP = { name: 'fresh', type: 'step.set', config: { values: { a: 1 } } };

const built = documents().filter(([, text]) => flowsOf(text).length > 0);

it('finds pipelines to build on, also where applications of others are not at hand', () => {
  expect(built.length).toBeGreaterThan(20);
});

describe.each(built)('%s', (_, text) => {
  const flows = flowsOf(text);
  const places = flows.flatMap((flow) => listsOf(flow.list).flatMap(({ list }) => list.steps.map((step, index) => ({ flow, list, step, index }))));

  it('takes a step at each place, and loses it again', () => {
    for (const { list, index } of sample(places, 4, text)) {
      const draft = new Draft(text);
      const path = addStep(draft, { list: list.path, index: index + 1 }, STEP);
      expect(draft.get(path)).toEqual(STEP);
      expect(commentsOf(draft.text)).toEqual(commentsOf(text));
      removeStep(draft, path);
      if (!list.single) expect(draft.text).toBe(text);
    }
  });

  it('moves a step with its text and comments, and back', () => {
    for (const { flow, list, step, index } of sample(places, 4, text)) {
      for (const to of sample(listsOf(flow.list), 3)) {
        if (pathText(to.list.path).startsWith(step.id)) continue;
        const draft = new Draft(text);
        const before = draft.get(step.path);
        const put = moveStep(draft, step.path, { list: to.list.path, index: to.list.steps.length });
        expect(draft.get(put)).toEqual(before);
        if (written(draft.text, put)) expect(commentsOf(draft.text).sort()).toEqual(commentsOf(text).sort());
        expect([...flowsOf(draft.text).flatMap((one) => [...stepsOf(one.list)])].length).toBe([...flows.flatMap((one) => [...stepsOf(one.list)])].length);
        if (to.list.path === list.path && !list.single && list.steps.length > 1 && index < list.steps.length - 1) {
          expect(moveStep(draft, put, { list: list.path, index })).toEqual(step.path);
          expect(jsonOf(draft.text)).toEqual(jsonOf(text));
        }
      }
    }
  });

  it('wraps a step into one that is made of steps', () => {
    for (const { step } of sample(places, 3, text)) {
      const draft = new Draft(text);
      const outer = wrapStep(draft, step.path, { name: 'each', type: 'step.foreach', config: { collection: 'trigger.items', steps: [] } }, ['config', 'steps']);
      const inner = jsonAt(text, step.path);
      expect(draft.get(outer)).toEqual({ name: 'each', type: 'step.foreach', config: { collection: 'trigger.items', steps: [inner] } });
    }
  });

  it('renames a step and what names it, and back to the same bytes', () => {
    for (const { flow, list, step } of sample(places, 6, text)) {
      if (step.name === '') continue;
      const draft = new Draft(text);
      renameStep(draft, flow, step, list, 'a-new-name');
      const left = flowText(draft.text, flow);
      const unique = [...stepsOf(flow.list)].filter((one) => one.name === step.name).length === 1;
      if (unique) expect(left).not.toMatch(new RegExp(`\\.?steps\\.${step.name}(?![\\w-])`));
      const [again] = flowsOf(draft.text).filter((one) => one.id === flow.id);
      const renamed = stepAt([again!], step.id)!;
      renameStep(draft, again!, renamed.step, renamed.list, step.name);
      expect(draft.text).toBe(text);
    }
  });

  it('changes one setting in its own lines, and back to the same bytes', () => {
    for (const { step } of sample(places, 6, text)) {
      const type = catalog.get(step.type);
      if (!type) continue;
      const settings = settingsIn(jsonAt(text, step.path) as JsonObject, type);
      for (const [key, value] of Object.entries(settings).filter(([, value]) => typeof value === 'string' && !value.includes('\n'))) {
        const draft = new Draft(text);
        setSettings(draft, step.path, type, { ...settings, [key]: 'changed' });
        expect(settingsIn(draft.get(step.path) as JsonObject, type)).toEqual({ ...settings, [key]: 'changed' });
        expect(draft.text.split('\n').length).toBe(text.split('\n').length);
        setSettings(draft, step.path, type, { ...settings, [key]: value });
        expect(jsonOf(draft.text)).toEqual(jsonOf(text));
      }
    }
  });
});

function flowsOf(text: string): Flow[] {
  return outlineOf(parse(text).document.toJS(), catalog);
}

function listsOf(list: StepList): { list: StepList; in?: Step }[] {
  return [{ list }, ...list.steps.flatMap((step) => step.lanes.flatMap((lane) => listsOf(lane.list).map((each) => ({ ...each, in: step }))))];
}

function jsonAt(text: string, path: readonly (string | number)[]) {
  return yaml.isNode(nodeAt(parse(text), path)) ? new Draft(text).get(path) : undefined;
}

function flowText(text: string, flow: Flow): string {
  const [from, to] = nodeAt(parse(text), flow.path)!.range!;
  return text.slice(from, to);
}

/** Over lines; what is moved between braces is written anew, without its comments. */
function written(text: string, path: readonly (string | number)[]): boolean {
  const around = nodeAt(parse(text), path.slice(0, -1));
  return yaml.isSeq(around) && around.srcToken?.type === 'block-seq';
}
