/** The query of a request as its schema has it. */
import type { ZodObject } from 'zod';
import { Problem } from '#contracts/problems';
import { problemOfZod } from '#workers/api/problem-response';

/** A field of this name is an object: `attr.customer_id=x` is its field `customer_id`. */
const GROUP = 'attr';

/** Throws Problem: invalid_request, unknown_query_key. */
export function queryOf(url: URL, schema: ZodObject): unknown {
  const query: Record<string, unknown> = {};
  const group: Record<string, string> = {};
  const isGrouped = Object.hasOwn(schema.shape, GROUP);
  for (const [key, value] of url.searchParams) {
    const name = isGrouped && key.startsWith(`${GROUP}.`) ? key.slice(GROUP.length + 1) : undefined;
    const target = name === undefined ? query : group;
    // A record leaves it out without a word, and a filter that is left out finds all.
    if (name === '__proto__') throw new Problem('invalid_request', 'attr.__proto__: not the name of an attribute.');
    if (Object.hasOwn(target, name ?? key)) {
      throw new Problem('invalid_request', `${key.slice(0, 64)}: given twice`, {
        errors: [{ code: 'repeated_key', message: 'given twice', path: key.slice(0, 64) }],
      });
    }
    // Not by assignment: `__proto__` is a key like any other here.
    Object.defineProperty(target, name ?? key, { value, enumerable: true });
  }
  if (Object.keys(group).length > 0) query[GROUP] = group;
  const result = schema.safeParse(query);
  if (!result.success) throw problemOfZod(result.error, 'query');
  return result.data;
}
