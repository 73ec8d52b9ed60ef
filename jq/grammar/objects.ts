/** `{ … }`: keys with their values. */
import type { Node } from '#jq/ast';
import { IDENTITY, literal } from '#jq/grammar/nodes';
import { NO_COMMA } from '#jq/grammar/operators';
import type { Reader } from '#jq/grammar/reader';

/** Behind the brace. Throws JqSyntaxError. */
export function objectIn(reader: Reader): Node {
  const entries: { key: Node; value: Node }[] = [];
  if (reader.accept('}')) return { kind: 'object', entries };
  do {
    if (reader.isOp('}') && entries.length > 0) break;
    entries.push(entry(reader));
  } while (reader.accept(','));
  reader.expect('}');
  return { kind: 'object', entries };
}

function entry(reader: Reader): { key: Node; value: Node } {
  const token = reader.peek();
  if (token.kind === 'variable') {
    reader.index++;
    const value: Node = token.text === '__loc__' ? reader.place(token.at) : { kind: 'variable', name: token.text, at: token.at, end: token.end };
    if (token.text !== '__loc__' && reader.accept(':')) return { key: value, value: entryValue(reader) };
    return { key: literal(token.text), value };
  }
  let key: Node;
  if (token.kind === 'name' || token.kind === 'keyword') {
    reader.index++;
    key = literal(token.text);
  } else if (token.kind === 'string' || (token.kind === 'format' && reader.tokens[reader.index + 1]?.kind === 'string')) {
    if (token.kind === 'format') reader.index++;
    key = reader.text(token.kind === 'format' ? token.text : '@text');
  } else if (token.kind === 'op' && token.text === '(') {
    reader.index++;
    key = reader.pipe();
    if (key.kind === 'literal' && typeof key.value !== 'string') throw reader.wrong(token, 'a key must be text');
    reader.expect(')');
    reader.expect(':');
    return { key, value: entryValue(reader) };
  } else throw reader.unexpected('a key is a name, a string, $name or an expression in parentheses');
  if (reader.accept(':')) return { key, value: entryValue(reader) };
  return { key, value: { kind: 'index', target: IDENTITY, key, at: token.at, end: token.end } };
}

function entryValue(reader: Reader): Node {
  let value = reader.expression(NO_COMMA);
  while (reader.accept('|')) value = { kind: 'pipe', left: value, right: reader.expression(NO_COMMA) };
  return value;
}
