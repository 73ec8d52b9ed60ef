/** What stands behind `as`: the shapes that a value is taken apart by, alternatives separated by `?//`. */
import type { Node, Pattern } from '#jq/ast';
import { literal } from '#jq/grammar/nodes';
import type { Reader } from '#jq/grammar/reader';

/** Throws JqSyntaxError. */
export function patternsIn(reader: Reader): Pattern[] {
  const patterns = [pattern(reader)];
  while (reader.accept('?//')) patterns.push(pattern(reader));
  return patterns;
}

function pattern(reader: Reader): Pattern {
  reader.deeper('pattern');
  try {
    const token = reader.take();
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    if (token.kind === 'op' && token.text === '[') {
      const items: Pattern[] = [];
      do items.push(pattern(reader));
      while (reader.accept(','));
      reader.expect(']');
      return { kind: 'array', items };
    }
    if (token.kind === 'op' && token.text === '{') {
      const entries: (Pattern & { kind: 'object' })['entries'] = [];
      do entries.push(patternEntry(reader));
      while (reader.accept(','));
      reader.expect('}');
      return { kind: 'object', entries };
    }
    throw reader.wrong(token, 'a pattern is $name, [patterns] or {key: pattern}');
  } finally {
    reader.higher();
  }
}

function patternEntry(reader: Reader): { key: Node; variable: string | undefined; pattern: Pattern | undefined } {
  const token = reader.peek();
  if (token.kind === 'variable') {
    reader.index++;
    return { key: literal(token.text), variable: token.text, pattern: reader.accept(':') ? pattern(reader) : undefined };
  }
  let key: Node;
  if (token.kind === 'name' || token.kind === 'keyword') {
    reader.index++;
    key = literal(token.text);
  } else if (token.kind === 'string') key = reader.text('@text');
  else if (reader.accept('(')) {
    key = reader.pipe();
    reader.expect(')');
  } else throw reader.unexpected('a key of a pattern is a name, a string, $name or an expression in parentheses');
  reader.expect(':');
  return { key, variable: undefined, pattern: pattern(reader) };
}
