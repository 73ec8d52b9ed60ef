/**
 * What a state machine does with an order: pure decisions over its rules, and the fold of its history.
 *
 * Invariants
 * 1. An entry of the history is made only by `create` and `move`, and only from the snapshot it is folded onto.
 * 2. A guard sees the data as it would be after the transition, and `data`, `state`, `transition` by name.
 * 3. What a machine does by itself is decided by the state it has entered, never by who brought it there. Of several
 *    transitions the first in the order of their names whose guard holds is taken.
 */
import type { JsonObject } from '#contracts/json';
import type { Machine, MachineEntry, MachineHook, MachineInstance, MachineRefusal, MachineSnapshot, MachineTransition } from '#contracts/machine';
import type { ProblemCode } from '#contracts/problems';
import type { Verdict } from '#engine/ports';

/** Tests a guard. Never throws. */
export type GuardTest = (condition: string, context: JsonObject) => Verdict;

/** A transition that may be taken. */
export interface Step {
  transition: string;
  from: string;
  to: string;
  /** What will be laid over the data. */
  data: JsonObject;
}

export type Decision = { ok: true; step: Step } | Refusal;
type Refusal = MachineRefusal;

/** How many transitions a machine takes by itself for one order; a circle of guards ends here. */
export const MAX_BY_ITSELF = 100;

/** What a history folds to; `undefined` before its first entry. */
export function fold(snapshot: MachineSnapshot | undefined, entry: MachineEntry): MachineSnapshot {
  if (entry.kind === 'created' || !snapshot) return { seq: 1, state: entry.to, data: entry.data, created_at: entry.at, updated_at: entry.at };
  return {
    seq: snapshot.seq + 1,
    state: entry.to,
    previous_state: entry.from,
    data: Object.keys(entry.data).length === 0 ? snapshot.data : merged(snapshot.data, entry.data),
    created_at: snapshot.created_at,
    updated_at: entry.at,
  };
}

/** Whether the transition may be taken now. */
export function decideMove(machine: Machine, snapshot: MachineSnapshot, name: string, data: JsonObject, test: GuardTest): Decision {
  const transition = Object.hasOwn(machine.transitions, name) ? machine.transitions[name] : undefined;
  if (name === '') return refuse(snapshot, 'unknown_transition', `No transition is named. ${knownTransitions(machine)}`);
  if (!transition) return refuse(snapshot, 'unknown_transition', `${machine.name} has no transition ${name.slice(0, 100)}. ${knownTransitions(machine)}`);
  const { state } = snapshot;
  if (!transition.from.includes(state)) return refuse(snapshot, 'wrong_state', wrongState(machine, name, transition, state));
  const laid = { ...transition.data, ...data };
  const verdict = transition.condition === undefined ? undefined : guard(transition.condition, merged(snapshot.data, laid), state, name, test);
  if (verdict?.kind === 'error') return refuse(snapshot, 'guard_refused', `The condition of ${name} could not be evaluated: ${verdict.error.message}`);
  if (verdict?.value === false) return refuse(snapshot, 'guard_refused', `${name} is not allowed now: its condition does not hold (${transition.condition}).`);
  return { ok: true, step: { transition: name, from: state, to: transition.to, data: laid } };
}

/** The transition that the machine takes by itself in its present state, if any. */
export function ownMove(machine: Machine, snapshot: MachineSnapshot, test: GuardTest): Step | undefined {
  const names = Object.keys(machine.transitions).filter((name) => machine.transitions[name]!.auto && machine.transitions[name]!.from.includes(snapshot.state));
  for (const name of names.sort()) {
    const decision = decideMove(machine, snapshot, name, {}, test);
    if (decision.ok) return decision.step;
  }
  return undefined;
}

/** The hooks that run before the step is committed, in the order of the document. */
export function hooksOf(machine: Machine, step: Step): MachineHook[] {
  const fits = (wanted: string[] | undefined, name: string) => wanted === undefined || wanted.includes(name);
  return machine.hooks.filter((hook) => fits(hook.transitions, step.transition) && fits(hook.from, step.from) && fits(hook.to, step.to));
}

/** As readers see it. */
export function instanceView(machine: Machine, id: string, snapshot: MachineSnapshot): MachineInstance {
  const state = Object.hasOwn(machine.states, snapshot.state) ? machine.states[snapshot.state] : undefined;
  return {
    id,
    machine: machine.name,
    state: snapshot.state,
    ...(snapshot.previous_state === undefined ? {} : { previous_state: snapshot.previous_state }),
    data: snapshot.data,
    final: state?.final ?? false,
    error: state?.error ?? false,
    seq: snapshot.seq,
    created_at: new Date(snapshot.created_at).toISOString(),
    updated_at: new Date(snapshot.updated_at).toISOString(),
    transitions: Object.entries(machine.transitions)
      .filter(([, transition]) => transition.from.includes(snapshot.state))
      .map(([name, { to, condition, auto }]) => ({ name, to, ...(condition === undefined ? {} : { condition }), ...(auto ? { auto: true as const } : {}) })),
  };
}

function guard(condition: string, data: JsonObject, state: string, transition: string, test: GuardTest): Verdict {
  return test(condition, { ...data, data, state, transition });
}

function merged(data: JsonObject, laid: JsonObject): JsonObject {
  return { ...data, ...laid };
}

function refuse(snapshot: MachineSnapshot, code: ProblemCode, message: string): Refusal {
  return { ok: false, code, message, state: snapshot.state };
}

function wrongState(machine: Machine, name: string, transition: MachineTransition, state: string): string {
  const from = transition.from.join(' or ');
  if (machine.states[state]?.final) return `${name} leads out of ${from}; the instance has reached ${state}, which is final.`;
  const open = Object.keys(machine.transitions).filter((other) => machine.transitions[other]!.from.includes(state));
  return `${name} leads out of ${from}; the instance is in ${state}. ${open.length > 0 ? `Out of ${state} lead: ${open.join(', ')}.` : `Nothing leads out of ${state}.`}`;
}

function knownTransitions(machine: Machine): string {
  return `It has: ${Object.keys(machine.transitions).slice(0, 20).join(', ') || 'none'}.`;
}

/** By its own name, or by that of its engine where that runs one only. */
export function machineNamed(machines: { [name: string]: Machine }, name: string): { kind: 'found'; machine: Machine } | { kind: 'several' | 'none' } {
  if (Object.hasOwn(machines, name)) return { kind: 'found', machine: machines[name]! };
  const run = Object.values(machines).filter((machine) => machine.engine === name);
  if (run.length === 1) return { kind: 'found', machine: run[0]! };
  return { kind: run.length > 1 ? 'several' : 'none' };
}
