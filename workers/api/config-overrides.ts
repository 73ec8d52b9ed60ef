/**
 * `config_overrides` of a deployment: values set in the document, by dotted path, before it is compiled.
 * `modules.web-server.config.address` finds the entry of the list `modules` whose `name` is `web-server`; a number is a position.
 * The parent must exist; the last part may be new. Comments and order of the document stay.
 */
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem, type ProblemDetail } from '#contracts/problems';

type Path = (string | number)[];

/** The document with the values in place. Throws Problem('invalid_request') with an entry per path that leads nowhere. */
export function applyOverrides(source: string, overrides: JsonObject): string {
  const document = parseDocument(source);
  const errors: ProblemDetail[] = [];
  for (const [dotted, value] of Object.entries(overrides)) {
    const path = resolve(document.contents, dotted.split('.'));
    if (path) document.setIn(path, document.createNode(value));
    else
      errors.push({
        code: 'unknown_path',
        message: `'${dotted.slice(0, 200)}' leads to nothing in the document`,
        path: `config_overrides.${dotted.slice(0, 200)}`,
      });
  }
  if (errors.length > 0) throw new Problem('invalid_request', 'An override names a path that the document has not.', { errors });
  return document.toString({ lineWidth: 0 });
}

function resolve(root: unknown, segments: string[]): Path | undefined {
  if (segments.length > LIMITS.yamlDepth) return undefined;
  const path: Path = [];
  let node = root;
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (isMap(node)) {
      if (!node.has(segment) && !last) return undefined;
      path.push(segment);
      node = node.get(segment, true);
    } else if (isSeq(node)) {
      const index = node.items.findIndex((item) => isMap(item) && item.get('name') === segment);
      const position = index >= 0 ? index : /^\d{1,6}$/.test(segment) ? Number(segment) : -1;
      if (position < 0 || position >= node.items.length) return undefined;
      path.push(position);
      node = node.items[position];
    } else {
      return undefined;
    }
    if (!last && isScalar(node)) return undefined;
  }
  return path.length > 0 ? path : undefined;
}
