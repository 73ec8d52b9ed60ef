/** `mask` of a pipeline: fields by path, and kinds of text by name or by an expression of the author's own. */
import { MASK_PATTERNS, type MaskPattern, type MaskRules } from '#contracts/mask';
import type { Checker, Place } from '#language/checker';
import { MASK_KEYS } from '#language/dialect';
import { didYouMean, nearest } from '#language/nearest';
import { parsePath } from '#language/path';
import { compileFinder } from '#language/safe-regex';

const MOST = 100;

type Spot = Pick<Place, 'node' | 'path'>;

/** `true` is every kind that is known by name. */
export function mask(checker: Checker, place: Place | undefined): MaskRules | undefined {
  if (!place) return undefined;
  if (place.node.kind === 'scalar' && typeof place.node.value === 'boolean') {
    return place.node.value ? { paths: [], patterns: [...MASK_PATTERNS], expressions: [] } : undefined;
  }
  const map = checker.map(place, 'mask');
  if (!map) return undefined;
  checker.keys(map, place.path, MASK_KEYS, 'mask');
  const rules: MaskRules = { paths: [], patterns: [], expressions: [] };
  for (const [text, at] of texts(checker, checker.given(map, place.path, 'paths'), 'paths')) {
    const keys = parsePath(text);
    const isWhole = keys?.length === 1 && (keys[0] === 'trigger' || keys[0] === 'steps');
    if (keys && !isWhole && !(keys[0] === 'steps' && keys.length < 3)) rules.paths.push([...keys]);
    else
      checker.error(
        'invalid_value',
        `"${text}" is not the path of a field.`,
        at,
        'Such as trigger.body.email, steps.lookup.phone, or email for every field of that name.',
      );
  }
  for (const [text, at] of texts(checker, checker.given(map, place.path, 'patterns'), 'patterns')) pattern(checker, text, at, rules);
  return rules;
}

function pattern(checker: Checker, text: string, at: Spot, rules: MaskRules): void {
  if ((MASK_PATTERNS as readonly string[]).includes(text)) return void rules.patterns.push(text as MaskPattern);
  if (/^[a-z_]+$/.test(text) && nearest(text, MASK_PATTERNS) !== undefined) {
    checker.error(
      'invalid_value',
      `There is no pattern ${text}; there are ${MASK_PATTERNS.join(', ')}, and regular expressions.`,
      at,
      didYouMean(text, MASK_PATTERNS),
    );
    return;
  }
  try {
    const find = compileFinder(text);
    if (find('a').length + find('0').length === 2 && find(' ').length === 1) throw new Error('it matches everything.');
    rules.expressions.push(text);
  } catch (error) {
    checker.error(
      'invalid_value',
      `"${text}" cannot be used as a pattern: ${error instanceof Error ? error.message : 'it does not parse'}`,
      at,
      'Write email, credit_card or another known pattern, or a regular expression that matches what is to be masked only.',
    );
  }
}

function texts(checker: Checker, place: Place | undefined, what: string): [string, Spot][] {
  const items = place && checker.list(place, what);
  if (!place || !items) return [];
  if (items.length > MOST)
    checker.error(
      'too_many',
      `${what} of mask may have ${MOST} entries; it has ${items.length}.`,
      place,
      'Take out what another entry covers: a path masks all that lies below it.',
    );
  return items.slice(0, MOST).flatMap((node, index) => {
    const at = { path: `${place.path}[${index}]`, node };
    const text = checker.text({ ...at, keyRange: place.keyRange }, `An entry of ${what}`);
    return text === undefined ? [] : [[text, at] as [string, Spot]];
  });
}
