/** Hooks of state machines: which transitions and states each listens to, and the pipeline that handles it. */
import type { JsonObject } from '#contracts/json';
import type { Machine, MachineHook } from '#contracts/machine';
import { type Application, messageTarget } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { HOOK_KEYS } from '#language/dialect';
import { textOf } from '#language/machine-reading';
import { didYouMean } from '#language/nearest';
import type { MapNode, SourceNode } from '#language/source';

export function compileHook(app: Application, place: Place, map: MapNode): void {
  const { checker, stateMachines: machines } = app;
  const at = (key: string) => checker.given(map, place.path, key);
  checker.keys(map, place.path, HOOK_KEYS, 'a hook');
  const handlerPlace = at('handler') ?? at('pipeline');
  if (!handlerPlace) {
    if (!checker.meant(map, place.path, HOOK_KEYS, 'handler'))
      checker.report.error('missing_key', 'A hook needs a handler.', `${place.path}.handler`, place.keyRange, 'Name a pipeline of this application.');
    return;
  }
  const typePlace = at('workflowType');
  const type = typePlace && checker.text(typePlace, 'workflowType');
  if (typePlace && type !== undefined && !Object.hasOwn(machines, type)) {
    checker.error('unknown_machine', `No state machine is named "${type}".`, typePlace, didYouMean(type, Object.keys(machines)));
    return;
  }
  const chosen = type === undefined ? Object.values(machines) : [machines[type]!];
  const transitions = names(checker, at('transitions'), new Set(chosen.flatMap((machine) => Object.keys(machine.transitions))), 'transition', type);
  const states = new Set(chosen.flatMap((machine) => Object.keys(machine.states)));
  const from = names(checker, at('fromStates'), states, 'state', type);
  const to = names(checker, at('toStates'), states, 'state', type);
  const pipeline = messageTarget(app, handlerPlace, 'handler');
  if (pipeline === undefined) return;
  const handler = String((handlerPlace.node as { value?: unknown }).value);
  const module = app.modules.get(handler)?.config ?? {};
  for (const machine of chosen) {
    machine.hooks.push({
      ...(transitions ? { transitions } : {}),
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      handler,
      pipeline,
      ...followUps(checker, handlerPlace, module, machine),
    });
  }
}

/** A processing step names what its machine does once it has run. */
function followUps(checker: Checker, place: Place, module: JsonObject, machine: Machine): Pick<MachineHook, 'on_success' | 'on_failure'> {
  const named = (key: string) => {
    const name = textOf(module[key]);
    if (name === undefined || Object.hasOwn(machine.transitions, name)) return name;
    const hint = didYouMean(name, Object.keys(machine.transitions));
    checker.error('unknown_transition', `"${machine.name}" has no transition "${name}", which ${key} of this handler names.`, place, hint);
    return undefined;
  };
  const success = named('successTransition');
  const failure = named('compensateTransition');
  return { ...(success === undefined ? {} : { on_success: success }), ...(failure === undefined ? {} : { on_failure: failure }) };
}

function names(
  checker: Checker,
  place: Place | undefined,
  known: ReadonlySet<string>,
  what: 'state' | 'transition',
  machine: string | undefined,
): string[] | undefined {
  if (!place) return undefined;
  const nodes: SourceNode[] = place.node.kind === 'seq' ? place.node.items : [place.node];
  const found: string[] = [];
  for (const node of nodes) {
    const at = { ...place, node };
    const name = checker.text(at, `A ${what}`);
    if (name === undefined) continue;
    if (known.has(name)) found.push(name);
    else
      checker.error(
        what === 'state' ? 'unknown_state' : 'unknown_transition',
        `${machine ? `"${machine}"` : 'No state machine'} has ${machine ? 'no' : 'a'} ${what} "${name}".`,
        at,
        didYouMean(name, known),
      );
  }
  return found;
}
