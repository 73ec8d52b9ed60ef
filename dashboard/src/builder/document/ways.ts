/** Where choices and branches lead: ways drawn, taken back, and lanes added. */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { Draft } from '../yaml/edit';
import { EditRefused, type Path } from '../yaml/tree';
import type { StepType } from './catalog';
import { type Lane, type Step, settingAt } from './outline';

/** A way that a step can have to another: its key in the settings, and the words for it. */
export interface Exit {
  key: 'then' | 'else' | 'default' | 'routes' | 'merge_step' | string;
  label: string;
  /** It asks for the value that leads there. */
  asks: boolean;
}

/** The ways that can be drawn from a step; none where what follows is simply the next step. */
export function exitsOf(step: JsonObject, facts: StepType | undefined): Exit[] {
  if (!facts) return [];
  if (facts.kind === 'branch') return [{ key: 'merge_step', label: 'goes on at', asks: false }];
  if (facts.kind !== 'conditional') return [];
  if (facts.chooses) return exits([facts.chooses.yes, 'on'], [facts.chooses.no, 'off']);
  const config = isJsonObject(step.config) ? step.config : {};
  if (Object.hasOwn(config, 'if')) return exits(['then', 'true'], ['else', 'false']);
  return [{ key: 'routes', label: 'value', asks: true }, ...exits(['default', 'otherwise'])];
}

/** Leads a way to another step. `value`: of a way that is chosen by one. */
export function connect(draft: Draft, step: Step, exit: Exit, target: string, value = ''): void {
  const own = draft.get(step.path);
  if (!isJsonObject(own)) return;
  const place = settingAt(own, exit.key)?.path ?? ['config', exit.key];
  draft.set([...step.path, ...place, ...(exit.asks ? [value] : [])], target, CHOICE_ORDER);
}

export function disconnect(draft: Draft, step: Step, way: Path): void {
  draft.prune(way, step.path.length + 1);
}

/** One more lane of a block. @returns its list. */
export function addLane(draft: Draft, step: Step, facts: StepType, label: string): Path {
  const own = draft.get(step.path);
  const known = isJsonObject(own) ? settingAt(own, 'branches') : undefined;
  const branches: Path = [...step.path, ...(known?.path ?? ['config', 'branches'])];
  if (step.lanes.some((lane) => lane.label === label)) throw new EditRefused(`There is a way "${label}" already.`);
  if (facts.kind === 'branch' || (known && isJsonObject(known.value))) {
    draft.set([...branches, label], []);
    return [...branches, label];
  }
  if (!known || !Array.isArray(known.value)) throw new EditRefused('Each step of this one is a branch: add a step.');
  draft.set([...branches, known.value.length], { name: label, steps: [] });
  return [...branches, known.value.length, 'steps'];
}

/** Whether it has lanes of its own name, to which more can be added. */
export function hasBranches(step: JsonObject, facts: StepType): boolean {
  return facts.kind === 'branch' || (facts.kind === 'parallel' && settingAt(step, 'branches') !== undefined);
}

/** Takes a lane out with its steps. */
export function removeLane(draft: Draft, lane: Lane): void {
  const { path, steps } = lane.list;
  if (lane.alone) draft.remove(steps[0]?.path ?? path);
  else if (path.at(-1) === 'steps' && typeof path.at(-2) === 'number') draft.remove(path.slice(0, -1));
  else draft.remove(path);
}

const CHOICE_ORDER = ['field', 'expression', 'if', 'branches', 'routes', 'then', 'else', 'default', 'merge_step'];
function exits(...ways: [key: string, label: string][]): Exit[] {
  return ways.map(([key, label]) => ({ key, label, asks: false }));
}
