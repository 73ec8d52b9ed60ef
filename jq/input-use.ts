/** Whether a part looks at its input at all. What does not cannot keep it, so its input may be changed in place. */
import type { Node } from '#jq/ast';

/** Errs on the side of no. */
export function ignoresInput(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
    case 'variable':
      return true;
    case 'text':
      return node.parts.every((part) => typeof part === 'string' || ignoresInput(part));
    case 'index':
      return ignoresInput(node.target) && ignoresInput(node.key);
    case 'slice':
      return [node.target, node.from, node.to].every((part) => part === undefined || ignoresInput(part));
    case 'iterate':
      return ignoresInput(node.target);
    case 'array':
      return node.body === undefined || ignoresInput(node.body);
    case 'object':
      return node.entries.every(({ key, value }) => ignoresInput(key) && ignoresInput(value));
    case 'negate':
      return ignoresInput(node.body);
    case 'pipe':
      return ignoresInput(node.left);
    case 'comma':
    case 'arithmetic':
    case 'comparison':
    case 'logic':
    case 'alternative':
      return ignoresInput(node.left) && ignoresInput(node.right);
    case 'if':
      return ignoresInput(node.test) && ignoresInput(node.then) && ignoresInput(node.else);
    default:
      return false;
  }
}
