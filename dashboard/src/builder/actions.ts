/** What can be done at the builder, as changes of the session. Each says in a few words what it did. */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { catalogOf, isBlock, type StepType } from './document/catalog';
import { choiceConfig, firstLane, newStep } from './document/new-step';
import { type Flow, type Lane, type Step, type StepList, stepAt } from './document/outline';
import { type Spot, spotAfter, spotOf } from './document/places';
import { renameStep } from './document/rename';
import { addPipeline, setPipelineKey, setSettings, setStepKey, setTrigger } from './document/settings';
import { addStep, moveStep, removeStep, wrapStep, writeStep } from './document/steps';
import { addLane, connect, disconnect, type Exit, removeLane } from './document/ways';
import { change, flowOf, refresh, type Session } from './session';
import type { Draft } from './yaml/edit';
import { type Path, pathText } from './yaml/tree';

/** Adds a step of a type: where it is dropped, at the place that was chosen, behind the selected step, or at the end. */
export function addOf(session: Session, name: string, dropped?: Spot): boolean {
  const type = catalogOf(session.types).get(name);
  const flow = flowOf(session.model, session.flow);
  if (!type) return false;
  if (!flow) {
    session.notice = { text: 'Add a pipeline first: a step stands in one.', refused: true };
    return false;
  }
  const found = session.selected === undefined ? undefined : stepAt([flow], session.selected);
  const spot = dropped ?? session.spot ?? (found ? spotAfter(found.step.path) : lastSpot(flow));
  const step = newStep(type, flow);
  return change(session, { label: `Add ${step.name as string}` }, (draft) => {
    const path = addStep(draft, spot, step);
    if (type.kind === 'conditional') leadOn(draft, path, type);
    return path;
  });
}

/** Before an answer at the very end, which nothing follows; else behind the last step. */
function lastSpot({ list }: Flow): Spot {
  const last = list.steps.at(-1);
  if (!last) return { list: list.path, index: 0 };
  return last.ends && list.steps.length > 1 ? spotOf(last.path) : spotAfter(last.path);
}

/** A choice without ways would be a mistake: it leads to the step behind it. */
function leadOn(draft: Draft, path: Path, type: StepType): void {
  const last = path.at(-1);
  const next = typeof last === 'number' ? draft.get([...path.slice(0, -1), last + 1, 'name']) : undefined;
  if (type.chooses === undefined && typeof next === 'string') draft.set([...path, 'config'], { ...choiceConfig(type), default: next });
}

export function removeOf(session: Session, step: Step, list: StepList): boolean {
  const index = list.steps.findIndex((one) => one.id === step.id);
  const next = list.steps[index + 1] ? step.path : list.steps[index - 1]?.path;
  const made = change(session, { label: `Remove ${step.name}` }, (draft) => {
    removeStep(draft, step.path);
    return next;
  });
  if (made && !next) session.selected = undefined;
  return made;
}

export function moveOf(session: Session, step: Step, spot: Spot): boolean {
  return change(session, { label: `Move ${step.name}` }, (draft) => moveStep(draft, step.path, spot));
}

/** One place up or down in its list. */
export function shiftOf(session: Session, step: Step, by: -1 | 1): boolean {
  const { list, index } = spotOf(step.path);
  if (index + by < 0) return false;
  return moveOf(session, step, { list, index: by === 1 ? index + 2 : index - 1 });
}

/** Puts the step into a new one that is made of steps. */
export function wrapOf(session: Session, flow: Flow, step: Step, name: string): boolean {
  const type = catalogOf(session.types).get(name);
  if (!type || !isBlock(type)) return false;
  const block = newStep(type, flow);
  return change(session, { label: `Put ${step.name} into ${block.name as string}` }, (draft) => wrapStep(draft, step.path, block, firstLane(type)));
}

export function renameOf(session: Session, flow: Flow, list: StepList, step: Step, name: string): boolean {
  if (name === step.name) return true;
  let followed = 0;
  const made = change(session, { label: `Rename ${step.name} to ${name}` }, (draft) => {
    followed = renameStep(draft, flow, step, list, name);
  });
  if (made && step.name !== '') {
    const places =
      followed === 0 ? 'Nothing names it.' : followed === 1 ? 'One place that names it has followed.' : `${followed} places that name it have followed.`;
    session.notice = { text: `${places} Mocks and breakpoints of a running version keep the old name.`, refused: false };
  }
  return made;
}

export function settingsOf(session: Session, step: Step, type: StepType, next: JsonObject): boolean {
  return change(session, { label: `Change settings of ${step.name}`, run: `settings ${step.id}` }, (draft) => setSettings(draft, step.path, type, next));
}

/** What stands beside the settings; nothing takes it out. */
export function stepKeyOf(session: Session, step: Step, key: string, value: Json | undefined): boolean {
  return change(session, { label: `Change ${key} of ${step.name}` }, (draft) => setStepKey(draft, step.path, key, value));
}

export function stepTextOf(session: Session, step: Step, text: string): boolean {
  return change(session, { label: `Edit the text of ${step.name}`, run: `text ${step.id}` }, (draft) => writeStep(draft, step.path, text));
}

/** Leads a way from a choice to another step of its list. Without a value that leads there, one is made up. */
export function connectOf(session: Session, step: Step, exit: Exit, target: string, value?: string): boolean {
  const free = value ?? freeValue(step);
  return change(session, { label: `Lead ${step.name} to ${target}` }, (draft) => {
    connect(draft, step, exit, target, free);
    return step.path;
  });
}

export function disconnectOf(session: Session, step: Step, way: Path): boolean {
  return change(session, { label: `Take a way of ${step.name} back` }, (draft) => disconnect(draft, step, way));
}

export function addLaneOf(session: Session, step: Step, label: string): boolean {
  const type = catalogOf(session.types).get(step.type);
  if (!type) return false;
  return change(session, { label: `Add ${label} to ${step.name}` }, (draft) => {
    addLane(draft, step, type, label);
    return step.path;
  });
}

export function removeLaneOf(session: Session, step: Step, lane: Lane): boolean {
  return change(session, { label: `Remove ${lane.label} of ${step.name}` }, (draft) => {
    removeLane(draft, lane);
    return step.path;
  });
}

export function addPipelineOf(session: Session, name: string, trigger: JsonObject): boolean {
  const made = change(session, { label: `Add pipeline ${name}` }, (draft) => {
    addPipeline(draft, name, trigger);
  });
  if (made) {
    session.flow = pathText(['pipelines', name]);
    session.selected = undefined;
    refresh(session);
  }
  return made;
}

export function pipelineKeyOf(session: Session, flow: Flow, key: string, value: Json | undefined): boolean {
  return change(session, { label: `Change ${key} of ${flow.label}` }, (draft) => setPipelineKey(draft, flow.path, key, value));
}

export function triggerOf(session: Session, flow: Flow, trigger: JsonObject): boolean {
  return change(session, { label: `Change the trigger of ${flow.label}` }, (draft) => setTrigger(draft, flow.path, trigger));
}

function freeValue(step: Step): string {
  for (let number = 1; ; number++) if (!step.ways.some((way) => way.label === `value-${number}`)) return `value-${number}`;
}

/** What is set of a step or pipeline, as data. */
export function dataAt(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
