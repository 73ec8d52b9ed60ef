/**
 * One sitting at the builder: the text, what was done to it, and what is looked at. The text is the only truth; graph,
 * forms and list are read from it, and every change goes through `change`.
 */
import type { Diagnostic } from '#contracts/diagnostics';
import type { Drawing } from '../graph/drawing';
import { layout } from '../graph/layout';
import { catalogOf, type StepType } from './document/catalog';
import { type Flow, outlineOf, stepAt, stepsOf } from './document/outline';
import type { Spot } from './document/places';
import { scopeOf } from './document/scope';
import { type PlacedSpot, spotsOf } from './document/spots';
import { type History, history, record, redo, undo } from './history';
import { Draft } from './yaml/edit';
import { lineOf, patchBetween } from './yaml/text';
import { EditRefused, type Path, parse, pathText, plainOf, type Tree } from './yaml/tree';

export interface Session {
  types: StepType[];
  past: History;
  /** The text as it was stored last. */
  saved: string;
  model: Model;
  /** Id of the pipeline that is shown, and of the step that is selected. */
  flow: string;
  selected?: string;
  /** Where the next step of the palette goes; without it, behind the selected one. */
  spot?: Spot;
  /** What the last change came to, where that is worth words. */
  notice?: { text: string; refused: boolean };
  diagnostics: Diagnostic[];
}

/** What the text says, as far as it can be read. */
export interface Model {
  flows: Flow[];
  drawing?: Drawing;
  spots: PlacedSpot[];
  /** The text has a fault: what is shown is what it said before. */
  fault?: { message: string; line: number };
}

export function session(text: string, types: StepType[], flow?: string): Session {
  const model = modelOf(parse(text), types, flow);
  return { types, past: history(text), saved: text, model, flow: flowOf(model, flow)?.id ?? '', diagnostics: [] };
}

export function flowOf({ flows }: Model, id: string | undefined): Flow | undefined {
  return flows.find((one) => one.id === id) ?? flows[0];
}

function modelOf(tree: Tree, types: StepType[], shown: string | undefined): Model {
  const flows = outlineOf(tree.document.contents ? plainOf(tree, tree.document.contents) : null, catalogOf(types));
  const flow = flowOf({ flows, spots: [] }, shown);
  if (!flow) return { flows, spots: [] };
  const drawing = layout(scopeOf(flow));
  return { flows, drawing, spots: spotsOf(flow, drawing) };
}

/** Reads graph and list anew from the text. */
export function refresh(session: Session): void {
  const tree = parse(session.past.text);
  if (tree.fault) {
    session.model = { ...session.model, fault: tree.fault };
    return;
  }
  session.model = modelOf(tree, session.types, session.flow);
  session.flow = flowOf(session.model, session.flow)?.id ?? '';
  if (session.selected !== undefined && !stepAt(session.model.flows, session.selected)) session.selected = undefined;
}

export interface Order {
  /** What was done: `Add http-call`. */
  label: string;
  /** Changes of the same run are undone together. */
  run?: string;
}

/**
 * Changes the text. A path that `edit` gives is of the step to select then; else the selection stays as it is.
 * @returns whether the change was made.
 */
export function change(session: Session, order: Order, edit: (draft: Draft) => unknown): boolean {
  try {
    const draft = new Draft(session.past.text);
    const path = edit(draft);
    const before = session.selected;
    const after = Array.isArray(path) ? pathText(path as Path) : before;
    session.past = record(session.past, draft.text, { ...order, before, after });
    session.selected = after;
    session.notice = undefined;
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    session.notice = { text: error.message, refused: true };
    return false;
  }
  session.spot = undefined;
  refresh(session);
  return true;
}

/** The text, written by hand: what is typed in one line is undone together. */
export function write(session: Session, text: string): void {
  const run = `line ${lineOf(text, patchBetween(session.past.text, text).from)}`;
  session.past = record(session.past, text, { label: 'Edit the text', run, before: session.selected, after: session.selected });
  session.notice = undefined;
  refresh(session);
}

export function goBack(session: Session): void {
  const change = session.past.done.at(-1);
  if (!change) return;
  session.past = undo(session.past);
  session.selected = change.before;
  session.notice = { text: `Undone: ${change.label}`, refused: false };
  refresh(session);
}

export function goForth(session: Session): void {
  const change = session.past.undone.at(-1);
  if (!change) return;
  session.past = redo(session.past);
  session.selected = change.after;
  session.notice = { text: `Done again: ${change.label}`, refused: false };
  refresh(session);
}

export function show(session: Session, flow: string): void {
  session.flow = flow;
  session.selected = undefined;
  session.spot = undefined;
  refresh(session);
}

/** Selects a step, of whichever pipeline it is. */
export function lookAt(session: Session, id: string): void {
  const found = stepAt(session.model.flows, id);
  if (!found) return;
  const other = found.flow.id !== session.flow;
  session.flow = found.flow.id;
  session.selected = id;
  if (other) refresh(session);
}

/** To what a diagnostic is about: its step, or its pipeline. @returns whether it is about one. */
export function lookInto(session: Session, { path }: Diagnostic): boolean {
  const about = (id: string) => path === id || path.startsWith(`${id}.`) || path.startsWith(`${id}[`);
  const steps = session.model.flows.flatMap((flow) => [...stepsOf(flow.list)]).filter((step) => about(step.id));
  if (steps.length > 0) {
    lookAt(session, steps.at(-1)!.id);
    return true;
  }
  const flow = session.model.flows.find((one) => about(one.id));
  if (flow) show(session, flow.id);
  return flow !== undefined;
}

/** Of a step and what stands in it, or of a whole pipeline. */
export function diagnosticsOf(diagnostics: readonly Diagnostic[], id: string): Diagnostic[] {
  return diagnostics.filter(({ path }) => path === id || path.startsWith(`${id}.`) || path.startsWith(`${id}[`));
}
