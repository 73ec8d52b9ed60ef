/** A key as lists show it, and whether it is one that somebody looks for. Pure. */
import { type KeyOwner, type KeyPlace, type KeyQuery, keyState, type ListedKey } from '#contracts/key-store';

/** What a store knows of a key without reading its result. */
export interface KeyLine extends KeyPlace {
  holder: string;
  until: number;
  has_result: boolean;
  owner: KeyOwner;
}

export function listedKey({ at, key, holder, until, has_result, owner }: KeyLine, now: number): ListedKey {
  return { at, key, holder, state: keyState({ until, isAnswered: has_result }, now), until, owner };
}

export function fitsKey({ key: stored, state, owner }: ListedKey, query: KeyQuery): boolean {
  if (query.state !== undefined && state !== query.state) return false;
  if (query.environment !== undefined && !stored.startsWith(`${query.environment}/`)) return false;
  if (query.workflow !== undefined && owner.workflow !== query.workflow) return false;
  if (query.pipeline !== undefined && owner.pipeline !== query.pipeline) return false;
  if (query.workflow_ids !== undefined && !query.workflow_ids.includes(owner.workflow_id)) return false;
  const { key } = partsOfStored(stored);
  if (query.prefix !== undefined && !key.startsWith(query.prefix)) return false;
  return query.text === undefined || key.toLowerCase().includes(query.text.toLowerCase());
}

/** Positive: `left` was taken later. Of the same millisecond the key decides, by code points, as SQLite orders text. */
export function comparePlaces(left: KeyPlace, right: KeyPlace): number {
  return left.at - right.at || compareText(left.key, right.key);
}

/** `<` goes by UTF-16 units, where a character beyond U+FFFF comes too early. */
function compareText(left: string, right: string): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (left[at] !== right[at]) return left.codePointAt(at)! - right.codePointAt(at)!;
  }
  return left.length - right.length;
}

/** Neither an environment nor a phase has a slash in it. */
export function partsOfStored(stored: string): { environment: string; phase: string; key: string } {
  const [environment = '', phase = ''] = stored.split('/', 2);
  return { environment, phase, key: stored.slice(environment.length + phase.length + 2) };
}
