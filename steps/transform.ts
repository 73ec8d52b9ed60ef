/**
 * Reshapes data by a list of operations, each working on what the one before it gave.
 * On a list, `map`, `rename`, `set`, `remove` and a `filter` by fields work on each element.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { isJsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { compact, flatFields, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { applyOperation, type Operation, operation } from '#steps/transform-operations';

const config = z.strictObject({
  operations: z.array(operation).min(1).describe('What to do, in order.'),
  input_from: path.optional().describe('Path of the data to start from. Default: the flat fields of the context.'),
});

interface Input {
  operations: Operation[];
  data: Json;
}

export const transform = defineStep({
  type: 'step.transform',
  summary: 'Reshapes data: extract, map, rename, filter, set, remove, convert, sort, limit, flatten, unique.',
  pure: true,
  config,
  paths: ['input_from'],
  example: `
name: open-items
type: step.transform
config:
  input_from: trigger.body.items
  operations:
    - type: filter
      where: { field: quantity, gt: 0 }
    - type: map
      mappings: { product_id: sku }
    - type: filter
      fields: [sku, quantity]
`,
  output: 'The fields of the result where it is an object, and the whole result under data.',
  prepare(settings, scope) {
    const start = settings.input_from === undefined ? flatFields(scope.context) : scope.lookup(settings.input_from);
    if (start === undefined) throw new Problem('transform_failed', `input_from names ${settings.input_from}, where there is nothing.`);
    return compact({ operations: settings.operations as unknown as Json, data: start });
  },
  run(input: Input, scope) {
    let data = input.data;
    input.operations.forEach((one, index) => {
      try {
        data = applyOperation(one, data, index === 0 ? (at) => scope.lookup(at) : () => undefined);
      } catch (cause) {
        throw new Problem('transform_failed', `Operation ${index + 1} (${one.type}): ${(cause as Error).message}`, { cause });
      }
    });
    return { kind: 'completed', output: isJsonObject(data) ? { data, ...data } : { data } };
  },
});
