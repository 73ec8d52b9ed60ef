/**
 * Reading a node as the thing it should be. Every miss is a diagnostic with its place, and reading goes on.
 */
import type { DiagnosticCode } from '#contracts/diagnostics';
import { parseDuration } from '#contracts/duration';
import type { ModuleCatalog } from '#contracts/module';
import type { StepCatalog } from '#contracts/step';
import { didYouMean, nearest } from '#language/nearest';
import type { Report } from '#language/report';
import type { Entry, MapNode, Range, SourceNode } from '#language/source';

export interface Catalogs {
  steps: StepCatalog;
  modules: ModuleCatalog;
}

/** A node with its path in the document and the key it stands under. */
export interface Place {
  node: SourceNode;
  path: string;
  keyRange: Range;
}

export class Checker {
  constructor(
    readonly report: Report,
    readonly catalogs: Catalogs,
    /** Of the platform, where they are known. */
    readonly regions?: readonly string[],
  ) {}

  error(code: DiagnosticCode, message: string, place: { path: string; node: SourceNode }, hint: string): void {
    this.report.error(code, message, place.path, rangeOf(place.node), hint);
  }

  warn(code: DiagnosticCode, message: string, place: { path: string; node: SourceNode }, hint: string): void {
    this.report.warn(code, message, place.path, rangeOf(place.node), hint);
  }

  entry(map: MapNode, path: string, key: string): Place | undefined {
    const entry = map.entries.get(key);
    return entry && { node: entry.value, path: path === '' ? key : `${path}.${key}`, keyRange: entry.keyRange };
  }

  /** Like `entry`, but a key without a value counts as absent. */
  given(map: MapNode, path: string, key: string): Place | undefined {
    const place = this.entry(map, path, key);
    return place && place.node.kind === 'scalar' && place.node.value === null ? undefined : place;
  }

  map(place: Place, what: string): MapNode | undefined {
    if (place.node.kind === 'map') return place.node;
    if (isNull(place.node)) return undefined;
    this.error(
      'invalid_type',
      `${what} must be a mapping of keys and values, not ${describe(place.node)}.`,
      place,
      'Write "key: value" below it, each on a line of its own and indented by two spaces.',
    );
    return undefined;
  }

  list(place: Place, what: string): SourceNode[] | undefined {
    if (place.node.kind === 'seq') return place.node.items;
    if (isNull(place.node)) return undefined;
    this.error(
      'invalid_type',
      `${what} must be a list, not ${describe(place.node)}.`,
      place,
      'Write "- item" below it, each on a line of its own, or [first, second] on one line.',
    );
    return undefined;
  }

  text(place: Place, what: string): string | undefined {
    if (place.node.kind === 'scalar') {
      const { value } = place.node;
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    }
    this.error(
      'invalid_type',
      `${what} must be text, not ${describe(place.node)}.`,
      place,
      'Write one value on the line, in quotes where it holds ":" or "#".',
    );
    return undefined;
  }

  flag(place: Place, what: string): boolean | undefined {
    if (place.node.kind === 'scalar' && typeof place.node.value === 'boolean') return place.node.value;
    this.error('invalid_type', `${what} must be true or false, not ${describe(place.node)}.`, place, 'Write true or false, without quotes.');
    return undefined;
  }

  choice<T extends string>(place: Place, what: string, values: readonly T[]): T | undefined {
    const text = this.text(place, what);
    if (text === undefined) return undefined;
    if ((values as readonly string[]).includes(text)) return text as T;
    this.error('invalid_value', `${what} is one of ${values.join(', ')}; "${text}" is not.`, place, didYouMean(text, values));
    return undefined;
  }

  /** Milliseconds. */
  duration(place: Place, what: string, max?: number): number | undefined {
    const value = place.node.kind === 'scalar' ? place.node.value : undefined;
    const ms = parseDuration(value);
    if (ms === undefined) {
      this.error(
        'invalid_duration',
        `${what} must be a duration such as 500ms, 30s, 5m, 1h30m or 7d (a bare number is seconds).`,
        place,
        'Write 30s, for instance.',
      );
      return undefined;
    }
    if (max !== undefined && ms > max) {
      this.error('invalid_duration', `${what} may be at most ${max / 1000}s.`, place, `Write ${max / 1000}s or less.`);
      return undefined;
    }
    return ms;
  }

  whole(place: Place, what: string, min: number, max: number): number | undefined {
    const value = place.node.kind === 'scalar' ? place.node.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.error(
      'invalid_value',
      `${what} must be a whole number from ${min} to ${max}.`,
      place,
      `Write ${min}, for instance, without quotes and without a fraction.`,
    );
    return undefined;
  }

  /** Reports every key that is not known, with the nearest that is. */
  keys(map: MapNode, path: string, known: ReadonlySet<string>, where: string): void {
    for (const entry of map.entries.values()) if (!known.has(entry.key)) this.unknownKey(entry, path, known, where);
  }

  unknownKey(entry: Entry, path: string, known: Iterable<string>, where: string): void {
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const meant = nearest(entry.key, known);
    if (meant !== undefined) this.report.misspelt.add(at(meant));
    this.report.error('unknown_key', `Unknown key "${entry.key}" in ${where}.`, at(entry.key), entry.keyRange, didYouMean(entry.key, known));
  }

  /**
   * The unknown key that is most likely this one, which is not there: reading goes on with it. Only for a mapping whose
   * unknown keys are all reported.
   */
  meant(map: MapNode, path: string, known: ReadonlySet<string>, key: string): Place | undefined {
    if (map.entries.has(key)) return undefined;
    for (const entry of map.entries.values()) if (!known.has(entry.key) && nearest(entry.key, known) === key) return this.given(map, path, entry.key);
    return undefined;
  }

  notYet(place: { path: string; keyRange: Range }, what: string, consequence = 'It has no effect on this version.'): void {
    this.report.warn(
      'not_yet',
      `${what} is known, but not acted on yet. ${consequence}`,
      place.path,
      place.keyRange,
      'It may stay: the rest of the document runs without it.',
    );
  }
}

export function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Mappings and lists are pointed at by their first line's worth, not by all of their text. */
export function rangeOf(node: SourceNode): Range {
  if (node.kind === 'scalar') return node.range;
  if (node.kind === 'map') {
    const first = node.entries.values().next().value;
    return first ? first.keyRange : node.range;
  }
  return [node.range[0], Math.min(node.range[1], node.range[0] + 1)];
}

export function describe(node: SourceNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'seq') return 'a list';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string' ? 'text' : typeof node.value === 'number' ? `the number ${node.value}` : `${node.value}`;
}
