/**
 * What a session knows of a step: the panes read it from there by its id, rather than from each other, so that none of
 * them shows a step as it was before.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { StepType } from './document/catalog';
import { type Flow, type Step, type StepList, stepAt } from './document/outline';
import type { Session } from './session';
import { Draft } from './yaml/edit';

export interface Found {
  flow: Flow;
  list: StepList;
  step: Step;
  /** Absent: there is no such type. */
  type: StepType | undefined;
  /** The step as data; empty while the text cannot be read. */
  own: JsonObject;
}

export function foundIn(session: Session, id: string): Found | undefined {
  const found = stepAt(session.model.flows, id);
  if (!found) return undefined;
  return { ...found, type: session.types.find((one) => one.type === found.step.type), own: dataIn(session, found.step.path) };
}

/** What stands at a path, as data; empty while the text cannot be read. */
export function dataIn(session: Session, path: Step['path']): JsonObject {
  if (session.model.fault) return {};
  const value = new Draft(session.past.text).get(path);
  return isJsonObject(value) ? value : {};
}
