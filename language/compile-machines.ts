/**
 * `workflows.statemachine`: definitions, guards and hooks, to the rules of state machines.
 *
 * Invariants
 * 1. Every state that a transition, a hook or `initialState` names exists.
 * 2. A machine never goes round by itself without a guard that could stop it.
 * 3. A hook's handler is a pipeline, or a module's own.
 */
import type { Machine, MachineState, MachineTransition } from '#contracts/machine';
import { type Application, moduleAt } from '#language/application';
import { checkCondition } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { compileHook } from '#language/compile-machine-hooks';
import { MACHINE_KEYS, MACHINE_SECTION_KEYS, MACHINE_STATE_KEYS, MACHINE_TRANSITION_KEYS, RESOURCE_MAPPING_KEYS } from '#language/dialect';
import { dataOf, described, goodName, NAME, NAME_RULE, stateName, stateNames, textOf } from '#language/machine-reading';
import { didYouMean } from '#language/nearest';
import type { MapNode } from '#language/source';

export function compileMachines(app: Application, section: Place): void {
  const { checker, stateMachines: machines } = app;
  const map = checker.map(section, 'workflows.statemachine');
  if (!map) return;
  checker.keys(map, section.path, MACHINE_SECTION_KEYS, 'workflows.statemachine');
  const enginePlace = checker.given(map, section.path, 'engine');
  const engine = enginePlace && moduleAt(app, enginePlace, 'engine');
  const initial = textOf(engine?.config.initial_state ?? engine?.config.initialState);
  each(checker, checker.given(map, section.path, 'definitions'), 'definitions', 'A definition', (place, definition) => {
    const machine = compileMachine(checker, place, definition, engine?.name, initial);
    if (!machine) return;
    if (Object.hasOwn(machines, machine.name))
      checker.error('duplicate_name', `A state machine named "${machine.name}" exists already.`, place, `Write another, such as ${machine.name}-2.`);
    else machines[machine.name] = machine;
  });
  each(checker, checker.given(map, section.path, 'hooks'), 'hooks', 'A hook', (place, hook) => compileHook(app, place, hook));
  each(checker, checker.given(map, section.path, 'resourceMappings'), 'resourceMappings', 'A mapping', (place, mapping) =>
    checkMapping(checker, place, mapping, machines, engine?.name),
  );
}

function compileMachine(checker: Checker, place: Place, map: MapNode, engine: string | undefined, fallbackInitial: string | undefined): Machine | undefined {
  const at = (key: string) => checker.given(map, place.path, key);
  checker.keys(map, place.path, MACHINE_KEYS, 'a state machine');
  const named = at('name');
  if (!named) {
    checker.report.error('missing_key', 'A state machine needs a name.', `${place.path}.name`, place.keyRange, 'Write name: and a word such as order.');
    return undefined;
  }
  const name = checker.text(named, 'name');
  if (name === undefined) return undefined;
  if (!NAME.test(name)) {
    checker.error('invalid_name', `"${name}" is not the name of a state machine: ${NAME_RULE}`, named, 'Write a word such as order-lifecycle.');
    return undefined;
  }
  const states = compileStates(checker, at('states'), place, name);
  const known = new Set(Object.keys(states));
  const transitions = compileTransitions(checker, at('transitions'), name, known);
  const initialPlace = at('initialState');
  const initial = (initialPlace && stateName(checker, initialPlace, known, name)) ?? fallbackInitial;
  if (!initialPlace && fallbackInitial === undefined) {
    checker.report.error(
      'missing_key',
      `The state machine "${name}" needs an initialState.`,
      `${place.path}.initialState`,
      named.keyRange,
      'Write initialState: and the name of one of its states.',
    );
  }
  if (initial === undefined) return undefined;
  if (!initialPlace && !known.has(initial)) {
    checker.error('unknown_state', `"${name}" has no state "${initial}", which the engine "${engine}" begins with.`, place, didYouMean(initial, known));
    return undefined;
  }
  const machine: Machine = {
    name,
    ...described(checker, map, place.path),
    ...(engine === undefined ? {} : { engine }),
    initial,
    states,
    transitions,
    hooks: [],
  };
  noteCircles(checker, at('transitions') ?? place, machine);
  return machine;
}

function compileStates(checker: Checker, place: Place | undefined, machine: Place, name: string): { [name: string]: MachineState } {
  const states: { [name: string]: MachineState } = {};
  const map = place && checker.map(place, 'states');
  if (!place || map?.entries.size === 0) {
    checker.report.error(
      'missing_key',
      `The state machine "${name}" has no states.`,
      `${machine.path}.states`,
      place?.keyRange ?? machine.keyRange,
      'Write states: {new: {}, done: {isFinal: true}}.',
    );
  }
  for (const entry of map?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `${place!.path}.${entry.key}`, keyRange: entry.keyRange };
    if (!goodName(checker, entry.key, at, 'a state')) continue;
    const state = checker.map(at, `State "${entry.key}"`);
    if (state) checker.keys(state, at.path, MACHINE_STATE_KEYS, `state "${entry.key}"`);
    const flag = (key: string) => {
      const flagPlace = state && checker.given(state, at.path, key);
      return flagPlace ? (checker.flag(flagPlace, key) ?? false) : false;
    };
    states[entry.key] = {
      ...(state ? described(checker, state, at.path) : {}),
      final: flag('isFinal'),
      error: flag('isError'),
      ...(state ? dataOf(checker, state, at.path) : {}),
    };
  }
  return states;
}

function compileTransitions(checker: Checker, place: Place | undefined, machine: string, states: ReadonlySet<string>): { [name: string]: MachineTransition } {
  const transitions: { [name: string]: MachineTransition } = {};
  const map = place && checker.map(place, 'transitions');
  for (const entry of map?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `${place!.path}.${entry.key}`, keyRange: entry.keyRange };
    if (!goodName(checker, entry.key, at, 'a transition')) continue;
    const transition = checker.map(at, `Transition "${entry.key}"`);
    if (!transition) continue;
    checker.keys(transition, at.path, MACHINE_TRANSITION_KEYS, `transition "${entry.key}"`);
    const given = (key: string) => checker.given(transition, at.path, key);
    const missing = (['fromState', 'toState'] as const).find((key) => !given(key) && !checker.meant(transition, at.path, MACHINE_TRANSITION_KEYS, key));
    if (missing)
      checker.report.error(
        'missing_key',
        `The transition "${entry.key}" needs a ${missing}.`,
        `${at.path}.${missing}`,
        entry.keyRange,
        'Write {fromState: new, toState: done}.',
      );
    const from = given('fromState');
    const to = given('toState');
    const condition = given('condition');
    const auto = given('autoTransform');
    const sources = from && stateNames(checker, from, states, machine);
    const target = to && stateName(checker, to, states, machine);
    const guard = condition && checkCondition(checker, condition, undefined);
    if (!sources || target === undefined) continue;
    transitions[entry.key] = {
      from: sources,
      to: target,
      ...described(checker, transition, at.path),
      ...(guard === undefined ? {} : { condition: guard }),
      auto: auto ? (checker.flag(auto, 'autoTransform') ?? false) : false,
      ...dataOf(checker, transition, at.path),
    };
  }
  return transitions;
}

/** What a machine would go through by itself for ever, were it not stopped. */
function noteCircles(checker: Checker, place: Place, { name, transitions }: Machine): void {
  const own = Object.entries(transitions).filter(([, { auto, condition }]) => auto && condition === undefined);
  for (const [transition, { from, to }] of own) {
    const reached = new Set([to]);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const [, next] of own) if (next.from.some((state) => reached.has(state))) reached.add(next.to);
    }
    const circle = from.find((state) => reached.has(state));
    if (circle === undefined) continue;
    const message = `"${name}" would never come to rest: by itself it goes from ${circle} to ${to} and back again.`;
    checker.report.error(
      'endless_circle',
      message,
      `${place.path}.${transition}`,
      place.keyRange,
      'Give one of these transitions a condition, or take autoTransform away.',
    );
    return;
  }
}

function checkMapping(checker: Checker, place: Place, map: MapNode, machines: { [name: string]: Machine }, engine: string | undefined): void {
  checker.keys(map, place.path, RESOURCE_MAPPING_KEYS, 'a resource mapping');
  const machine = checker.given(map, place.path, 'stateMachine');
  const name = machine && checker.text(machine, 'stateMachine');
  if (!machine || name === undefined || Object.hasOwn(machines, name)) return;
  const known = Object.keys(machines);
  if (name === engine) {
    if (known.length > 1)
      checker.warn(
        'no_effect_here',
        `"${name}" runs ${known.length} state machines; the mapping says none of them.`,
        machine,
        `Name one: ${known.join(', ')}.`,
      );
    return;
  }
  checker.error('unknown_machine', `No state machine and no engine is named "${name}".`, machine, didYouMean(name, [...known, ...(engine ? [engine] : [])]));
}

function each(checker: Checker, place: Place | undefined, what: string, item: string, see: (place: Place, map: MapNode) => void): void {
  const items = (place && checker.list(place, what)) ?? [];
  items.forEach((node, index) => {
    const first = node.kind === 'map' ? node.entries.values().next().value?.keyRange : undefined;
    const at: Place = { node, path: `${place!.path}[${index}]`, keyRange: first ?? node.range };
    const map = checker.map(at, item);
    if (map) see(at, map);
  });
}
