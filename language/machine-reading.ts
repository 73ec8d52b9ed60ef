/** Names, states and data of state machines, as their sections write them. */
import type { JsonObject } from '#contracts/json';
import type { Checker, Place } from '#language/checker';
import { didYouMean } from '#language/nearest';
import { type MapNode, type SourceNode, toJson } from '#language/source';

export const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
export const NAME_RULE = 'letters, digits, "-", "_" and "." up to 100 characters.';

export function goodName(checker: Checker, name: string, place: Place, what: string): boolean {
  if (NAME.test(name) && name !== '__proto__') return true;
  checker.report.error('invalid_name', `"${name}" is not the name of ${what}: ${NAME_RULE}`, place.path, place.keyRange, 'Write a word such as in_review.');
  return false;
}

export function stateName(checker: Checker, place: Place, states: ReadonlySet<string>, machine: string): string | undefined {
  const name = checker.text(place, 'A state');
  if (name === undefined || states.has(name)) return name;
  checker.error('unknown_state', `"${machine}" has no state "${name}".`, place, didYouMean(name, states));
  return undefined;
}

/** One state, or a list of them. */
export function stateNames(checker: Checker, place: Place, states: ReadonlySet<string>, machine: string): string[] | undefined {
  const nodes: SourceNode[] = place.node.kind === 'seq' ? place.node.items : [place.node];
  const names = nodes.map((node) => stateName(checker, { ...place, node }, states, machine));
  return names.some((name) => name === undefined) || names.length === 0 ? undefined : [...new Set(names as string[])];
}

export function described(checker: Checker, map: MapNode, path: string): { description?: string } {
  const place = checker.given(map, path, 'description');
  const text = place && checker.text(place, 'description');
  return text === undefined ? {} : { description: text };
}

export function dataOf(checker: Checker, map: MapNode, path: string): { data?: JsonObject } {
  const place = checker.given(map, path, 'data');
  const data = place && checker.map(place, 'data');
  return data ? { data: toJson(data) as JsonObject } : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
