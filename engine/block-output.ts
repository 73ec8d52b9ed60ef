/** The output of a block, from what its lanes came to: the shapes of the dialect. */
import type { BlockNode } from '#contracts/graph';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { Block } from '#engine/state';

export function outputOf({ plan, lanes }: BlockNode, block: Block): JsonObject {
  const { results, errors } = block;
  switch (plan.kind) {
    case 'parallel': {
      const failed: JsonObject = {};
      for (const lane in errors) failed[lane] = errors[lane]!.message;
      return { results: inOrder(lanes, results), errors: failed, completed: Object.keys(results).length, failed: Object.keys(failed).length };
    }
    case 'foreach': {
      const each = (block.items ?? []).map((_, index) => {
        const error = errors[index];
        return error ? { _error: error.message, _index: index } : (results[index] ?? null);
      });
      const failed = Object.keys(errors).length;
      return { results: each, count: each.length, ...(failed > 0 ? { error_count: failed } : {}) };
    }
    case 'branch':
      return { branch: block.choice!.lane, matched_value: block.choice!.value };
    case 'while': {
      const collected: Json[] = [];
      for (const value of Object.values(results)) {
        if (Array.isArray(value)) for (const item of value) collected.push(item);
        else if (value !== null) collected.push(value);
      }
      return { iterations: block.begun, ...(plan.collect ? { [plan.collect.key]: collected } : {}) };
    }
    case 'retry': {
      const [lane, result] = Object.entries(results)[0] ?? ['', null];
      const other = lane === lanes[1]?.name;
      const attempts = block.begun - (other ? 1 : 0);
      return { ...(isJsonObject(result) ? result : { result }), retry_attempts: attempts - 1, ...(lanes[1] ? { fallback: other } : {}) };
    }
    default: {
      const never: never = plan;
      return never;
    }
  }
}

/** Results in the order of the lanes, not of their ends. */
function inOrder(lanes: BlockNode['lanes'], results: { [lane: string]: Json }): JsonObject {
  const ordered: JsonObject = {};
  for (const { name } of lanes) if (Object.hasOwn(results, name)) ordered[name] = results[name]!;
  return ordered;
}
