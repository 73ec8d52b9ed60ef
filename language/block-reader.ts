/** A step that is made of steps, as it is read: where it stands, what it is given, and what is said where a key is missing or one too many. */
import type { BlockKind } from '#contracts/events';
import type { Checker, Place } from '#language/checker';
import type { PipelineScope } from '#language/pipeline-scope';
import type { MapNode } from '#language/source';

export class BlockReader {
  constructor(
    readonly checker: Checker,
    readonly place: Place,
    readonly map: MapNode,
    readonly scope: PipelineScope,
    readonly kind: BlockKind,
  ) {}

  at(key: string): Place | undefined {
    return this.checker.given(this.map, this.place.path, key);
  }

  missing(key: string, message: string, hint: string): void {
    const known = new Set([...this.map.entries.keys()]);
    if (known.has(key)) return;
    this.checker.report.error('missing_key', message, `${this.place.path}.${key}`, this.place.keyRange, hint);
  }

  either(second: Place, one: string, other: string): void {
    this.checker.report.error(
      'invalid_value',
      `Either "${one}" or "${other}": one of them.`,
      second.path,
      second.keyRange,
      `Take "${second.path.split('.').at(-1)}" out, or the other.`,
    );
  }
}
