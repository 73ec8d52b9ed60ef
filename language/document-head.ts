/** What a document says first: which sections it has, its name, and how it describes itself. */
import { SLUG } from '#contracts/ids';
import { type Checker, rangeOf } from '#language/checker';
import { TOP_LEVEL, TOP_LEVEL_FOREIGN, TOP_LEVEL_NOT_YET } from '#language/dialect';
import type { MapNode } from '#language/source';

export function label(checker: Checker, root: MapNode): { description?: string; label?: string } {
  const description = checker.given(root, '', 'description');
  const version = checker.given(root, '', 'version');
  const text = description && checker.text(description, 'description');
  const own = version && checker.text(version, 'version');
  return { ...(text === undefined ? {} : { description: text }), ...(own === undefined ? {} : { label: own }) };
}

export function topLevelKeys(checker: Checker, root: MapNode): void {
  const known = [...TOP_LEVEL, ...TOP_LEVEL_NOT_YET, ...TOP_LEVEL_FOREIGN];
  for (const entry of root.entries.values()) {
    if (TOP_LEVEL.has(entry.key)) continue;
    const place = { path: entry.key, keyRange: entry.keyRange };
    if (TOP_LEVEL_NOT_YET.has(entry.key)) checker.notYet(place, `The section "${entry.key}"`);
    else if (TOP_LEVEL_FOREIGN.has(entry.key)) {
      checker.report.warn(
        'foreign_key',
        `"${entry.key}" belongs to other systems that speak the dialect; it has no effect here.`,
        entry.key,
        entry.keyRange,
        'It may stay. Take it out for a document without notes.',
      );
    } else checker.unknownKey(entry, '', known, 'the document');
  }
}

export function documentName(checker: Checker, root: MapNode, fallback: string | undefined): string {
  const place = checker.given(root, '', 'name');
  const given = place && checker.text(place, 'name');
  const name = given ?? fallback;
  if (name === undefined) {
    if (!place) checker.report.error('missing_key', 'The application has no name.', 'name', [0, 0], 'Write name: my-application at the top, or give ?name=.');
    return '';
  }
  if (!SLUG.test(name)) {
    const range = place && given !== undefined ? rangeOf(place.node) : ([0, 0] as const);
    const suggestion = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63)
      .replace(/-+$/, '');
    const hint = `Write "${SLUG.test(suggestion) ? suggestion : 'my-app'}".`;
    checker.report.error(
      'invalid_name',
      `"${name}" cannot be a host name: lower case letters, digits and hyphens, at most 63 characters.`,
      'name',
      range,
      hint,
    );
  }
  return name;
}
