/**
 * Builtins whose arguments are programs of their own: they run when and as often as the builtin asks. What stands here
 * in place of a definition in jq itself does so for speed, or to loop without a stack.
 */
import type { Form } from '#jq/builtins/form';
import { byKey, extreme, groups, inOrder, map, mapValues, withEntries } from '#jq/builtins/item-forms';
import { range, recurse, repeat, until, walk, whileLoop } from '#jq/builtins/loop-forms';
import { debug, decided, empty, error, first, isEmpty, last, limit, nth, select, skip, sum } from '#jq/builtins/output-forms';
import { del, getpath, path, paths, pick } from '#jq/builtins/path-forms';
import { single } from '#jq/code';
import { isTrue } from '#jq/values';

export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['empty/0', empty],
  ['error/0', error],
  ['error/1', error],
  ['not/0', () => single((input) => !isTrue(input))],
  ['select/1', select],
  ['map/1', map],
  ['map_values/1', mapValues],
  ['recurse/0', recurse],
  ['recurse/1', recurse],
  ['recurse/2', recurse],
  ['range/1', range],
  ['range/2', range],
  ['range/3', range],
  ['first/1', first],
  ['last/1', last],
  ['limit/2', limit],
  ['skip/2', skip],
  ['nth/2', nth],
  ['until/2', until],
  ['while/2', whileLoop],
  ['repeat/1', repeat],
  ['isempty/1', isEmpty],
  ['any/0', decided(true)],
  ['any/1', decided(true)],
  ['any/2', decided(true)],
  ['all/0', decided(false)],
  ['all/1', decided(false)],
  ['all/2', decided(false)],
  ['add/0', sum],
  ['add/1', sum],
  ['path/1', path],
  ['paths/0', paths],
  ['paths/1', paths],
  ['getpath/1', getpath],
  ['del/1', del],
  ['pick/1', pick],
  ['with_entries/1', withEntries],
  ['sort_by/1', byKey((items) => inOrder(items).map(({ value }) => value))],
  ['group_by/1', byKey((items) => groups(items).map((group) => group.map(({ value }) => value)))],
  ['unique_by/1', byKey((items) => groups(items).map(([one]) => one!.value))],
  ['min_by/1', extreme((order) => order < 0)],
  ['max_by/1', extreme((order) => order >= 0)],
  ['walk/1', walk],
  ['debug/0', debug],
  ['debug/1', debug],
  ['stderr/0', debug],
]);
