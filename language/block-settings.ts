/** Settings that steps made of steps have in common: what they wait for, what becomes of errors, variables, lists and values. */
import type { ErrorStrategy } from '#contracts/graph';
import type { Json } from '#contracts/json';
import type { BlockReader } from '#language/block-reader';
import { eachText } from '#language/check-config';
import { checkPath, checkTemplate } from '#language/check-text';
import type { Place } from '#language/checker';
import { parsePath } from '#language/path';
import { toJson } from '#language/source';
import { isDynamic } from '#language/templates/lexer';

const VARIABLE = /^[A-Za-z_]\w{0,99}$/;
/** Roots of the context, which a variable must not hide. */
const ROOTS = ['trigger', 'steps', 'meta'];

export function waitOf(block: BlockReader, lanes: number): 'all' | number {
  const place = block.at('wait');
  if (!place) return 'all';
  const value = place.node.kind === 'scalar' ? place.node.value : undefined;
  if (value === 'all') return 'all';
  if (value === 'any') return 1;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= Math.max(lanes, 1)) return value === lanes ? 'all' : value;
  block.checker.error(
    'invalid_value',
    `wait is all, any, or how many of the ${lanes} branches must complete.`,
    place,
    `Write wait: all, wait: any, or a number from 1 to ${lanes}.`,
  );
  return 'all';
}

export function errorsOf(block: BlockReader): ErrorStrategy {
  const place = block.at('error_strategy');
  return (place && block.checker.choice(place, 'error_strategy', ['fail_fast', 'collect_errors'] as const)) ?? 'fail_fast';
}

export function variableOf(block: BlockReader, key: string): string | undefined {
  const place = block.at(key);
  const name = place && block.checker.text(place, key);
  if (!place || name === undefined) return undefined;
  if (!VARIABLE.test(name))
    block.checker.error(
      'invalid_name',
      `"${name}" is not a name of a variable: letters, digits and "_".`,
      place,
      `Write ${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)|^$/, 'item')}.`,
    );
  else if (ROOTS.includes(name))
    block.checker.error('invalid_name', `A variable cannot be named "${name}": that is something else already.`, place, `Write another, such as the_${name}.`);
  return name;
}

export function accumulator(block: BlockReader, place: Place): { key: string; from: Json } | undefined {
  const map = block.checker.map(place, 'accumulate');
  if (!map) return undefined;
  block.checker.keys(map, place.path, new Set(['key', 'from']), 'accumulate');
  const key = block.checker.given(map, place.path, 'key');
  const from = block.checker.given(map, place.path, 'from');
  if (!key || !from) block.checker.error('missing_key', 'accumulate needs key and from.', place, 'Write accumulate: {key: total, from: steps.<step>.<field>}.');
  const text = key && block.checker.text(key, 'key');
  const value = from && readValue(block, from);
  return text === undefined || value === undefined ? undefined : { key: text, from: value };
}

/** A path, a template, or the value itself. */
export function readValue(block: BlockReader, place: Place): Json {
  eachText(place.node, place.path, (node, path) => {
    const text = String(node.value);
    const { secrets } = checkTemplate(block.checker, { path, node }, block.scope.steps);
    if (secrets.length > 0)
      block.checker.warn(
        'secret_not_resolved',
        `\${${secrets[0]}} stays as it stands: it would be written to the log.`,
        { path, node },
        'Give it to the step that needs it: a secret is filled in where the call goes out.',
      );
    if (node !== place.node || isDynamic(text)) return;
    const keys = parsePath(text);
    if (keys) checkPath(block.checker, { path, node }, keys, block.scope.steps);
    else
      block.checker.error(
        'invalid_path',
        `"${text}" is not a path such as steps.name.field.`,
        { path, node },
        'Write steps.<step>.<field>, trigger.body.items or another path of the context.',
      );
  });
  if (block.kind === 'foreach' && place.node.kind !== 'seq' && !(place.node.kind === 'scalar' && typeof place.node.value === 'string')) {
    block.checker.error(
      'invalid_type',
      'The collection is a path, a template, or a list.',
      place,
      'Write collection: steps.load.rows, collection: "{{ .items }}", or a list.',
    );
  }
  return toJson(place.node) as Json;
}

export function factorOf(block: BlockReader, place: Place): number | undefined {
  const value = place.node.kind === 'scalar' ? place.node.value : undefined;
  if (typeof value === 'number' && value >= 1 && value <= 100) return value;
  block.checker.error('invalid_value', 'multiplier must be a number from 1 to 100.', place, 'Write multiplier: 2.');
  return undefined;
}
