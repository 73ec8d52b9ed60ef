/**
 * A step renamed, and everything that names it: templates, conditions, paths and programs, and what leads to it.
 *
 * Invariants
 * 1. Only texts of the same pipeline are looked at, and in them only what reads as a reference to the step.
 * 2. Where two lanes have a step of the same name, only the lane of the one that is renamed follows.
 */
import * as yaml from 'yaml';
import type { Draft } from '../yaml/edit';
import type { Patch } from '../yaml/text';
import { EditRefused, within } from '../yaml/tree';
import { type Flow, type Step, type StepList, stepsOf } from './outline';

export const STEP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;

/** @returns how many references have followed. */
export function renameStep(draft: Draft, flow: Flow, step: Step, list: StepList, name: string): number {
  if (!STEP_NAME.test(name)) throw new EditRefused(`"${name}" is not a name of a step: letters, digits, "-" and "_" up to 100 characters.`);
  const others = [...stepsOf(flow.list)].filter((one) => one.name === step.name && one.id !== step.id);
  if (list.steps.some((one) => one.name === name && one.id !== step.id)) throw new EditRefused(`A step named "${name}" exists already.`);
  const old = step.name;
  draft.set([...step.path, 'name'], name, ['name', 'type']);
  if (old === '') return 0;
  const scope = others.length > 0 ? list.path : flow.path;
  const around = [...stepsOf(flow.list)].find((one) => one.lanes.some((lane) => lane.list.steps.some((inner) => inner.id === step.id)));
  const targets = list.steps.flatMap((one) => one.ways.filter((way) => way.target === old).map((way) => way.path));
  const patches: Patch[] = [];
  const patterns = references(old, around?.name);
  yaml.visit(draft.node(scope) as yaml.Node, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.range) return;
      const [from, to] = node.range;
      const text = draft.text.slice(from, to);
      const next = patterns.reduce((sum, pattern) => sum.replace(pattern, (_, before: string) => before + name), text);
      if (next !== text) patches.push({ from, to, insert: next });
    },
  });
  const found = patches.length + targets.length;
  for (const patch of patches.sort((left, right) => right.from - left.from)) draft.apply(patch);
  for (const path of targets) if (within(path, scope)) draft.set(path, name);
  return found;
}

/** Each has what stands before the name as its first group. */
function references(name: string, around: string | undefined): RegExp[] {
  const named = `${name.replace(/[$^*+?.()|[\]{}\\]/g, '\\$&')}(?![\\w-])`;
  const root = String.raw`(?<![\w\])\-.])(?:\$?\.)?steps`;
  const quote = String.raw`\\?["'\x60]`;
  return [
    new RegExp(String.raw`(${root}\.)${named}`, 'g'),
    new RegExp(String.raw`(${root}\[\s*${quote})${named}(?=\\?["'])`, 'g'),
    new RegExp(String.raw`(\bindex\s+\$?\.steps\s+${quote})${named}`, 'g'),
    new RegExp(String.raw`((?:\{\{-?|[(|])\s*step\s+${quote})${named}`, 'g'),
    ...(around === undefined ? [] : [new RegExp(String.raw`(${root}\.${around}\.(?:output\.)?(?:results|errors)\.)${named}`, 'g')]),
  ];
}
