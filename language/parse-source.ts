/**
 * From the text of a document to its tree.
 *
 * Invariants
 * 1. Parsing never throws and never stops at the first mistake: what can be read is read.
 * 2. Size, depth and aliases are bounded before anything is expanded.
 * 3. Mapping keys are text; a repeated key is reported and its first value kept.
 */
import * as yaml from 'yaml';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { Report } from '#language/report';
import type { Entry, MapNode, Range, ScalarNode, SourceNode } from '#language/source';
import { parseTolerant } from '#language/yaml-tolerant';

/** Expanded nodes of one document, aliases included: what 1 MB can hold without them, and some. */
const MAX_NODES = 400_000;

const SCALAR_STYLES: { [type: string]: ScalarNode['style'] } = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

/** Parses and bounds the text. `null` when there is nothing to go on with. */
export function parseSource(report: Report): SourceNode | null {
  const { text } = report;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > LIMITS.yaml) {
    report.error('too_large', `The document has ${bytes} bytes; ${LIMITS.yaml} are allowed.`, '', [0, 0], 'Split the application into several documents.');
    return null;
  }
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    tooDeep(report, '', [deep, deep + 1]);
    return null;
  }
  const { document, problems, warnings } = parseTolerant(text);
  if (problems.some((problem) => problem.code === 'too_deep')) {
    const { start, end } = problems.find((problem) => problem.code === 'too_deep')!;
    tooDeep(report, '', [start, end]);
    return null;
  }
  for (const { code, message, start, end, hint } of problems) report.error(code, message, '', [start, end], hint);
  for (const { message, start, end } of warnings)
    report.warn('yaml_warning', message, '', [start, end], 'Write the value in quotes, or take the directive or tag out.');
  if (document.contents === null) return null;
  return new Reader(document, report).read();
}

function tooDeep(report: Report, path: string, range: Range): void {
  report.error(
    'too_deep',
    `The document is nested deeper than ${LIMITS.yamlDepth} levels.`,
    path,
    range,
    'Nest less: a part of a pipeline may be a pipeline of its own, called by step.workflow_call.',
  );
}

/** Nesting that needs no indentation, found before the recursive parser sees it. */
function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let flow = 0;
  let compact = 0;
  for (const lexeme of new yaml.Lexer().lex(text)) {
    const type = yaml.CST.tokenType(lexeme);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flow--;
    else if (type === 'newline') compact = 0;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') compact++;
    if (flow > LIMITS.yamlDepth || compact > LIMITS.yamlDepth) return offset;
    // The lexer's own control characters do not stand in the text.
    if (type !== 'doc-mode' && type !== 'flow-error-end' && type !== 'scalar' && type !== 'byte-order-mark') offset += lexeme.length;
    else if (type === 'byte-order-mark') offset += 1;
  }
  return undefined;
}

class Reader {
  private nodes = 0;
  private aliases = 0;
  private stopped = false;
  /** Anchors under expansion: one that holds itself would never end. */
  private readonly open = new Set<yaml.Node>();

  constructor(
    private readonly document: yaml.Document,
    private readonly report: Report,
  ) {}

  read(): SourceNode {
    return this.node(this.document.contents as yaml.Node, '', 1, [0, 0]);
  }

  private node(node: unknown, path: string, depth: number, fallback: Range): SourceNode {
    const empty: ScalarNode = { kind: 'scalar', range: fallback, value: null, style: 'plain' };
    if (!yaml.isNode(node) || this.stopped) return empty;
    const range: Range = node.range ? [node.range[0], node.range[1]] : fallback;
    if (depth > LIMITS.yamlDepth) {
      tooDeep(this.report, path, range);
      this.stopped = true;
      return empty;
    }
    if (++this.nodes > MAX_NODES) {
      this.report.error(
        'too_many_aliases',
        'The document grows too large once its aliases are filled in.',
        path,
        range,
        'Write the repeated parts out once, and refer to fewer of them.',
      );
      this.stopped = true;
      return empty;
    }
    if (yaml.isAlias(node)) return this.alias(node, path, depth, range);
    if (yaml.isMap(node)) return this.map(node, path, depth, range);
    if (yaml.isSeq(node)) {
      const items = node.items.map((item, index) => this.node(item, `${path}[${index}]`, depth + 1, [range[0], range[0] + 1]));
      return { kind: 'seq', range, items };
    }
    return this.scalar(node as yaml.Scalar, path, range);
  }

  private alias(node: yaml.Alias, path: string, depth: number, range: Range): SourceNode {
    const empty: ScalarNode = { kind: 'scalar', range, value: null, style: 'plain' };
    if (++this.aliases > LIMITS.yamlAliases) {
      this.report.error(
        'too_many_aliases',
        `The document uses more than ${LIMITS.yamlAliases} aliases.`,
        path,
        range,
        'Write the repeated parts out in place of some aliases.',
      );
      this.stopped = true;
      return empty;
    }
    const target = node.resolve(this.document);
    if (!target) {
      this.report.error(
        'yaml_syntax',
        `No anchor "&${node.source}" stands before this alias.`,
        path,
        range,
        `Write &${node.source} before the value that is meant, above this line.`,
      );
      return empty;
    }
    if (this.open.has(target)) {
      this.report.error(
        'yaml_syntax',
        `The anchor "&${node.source}" holds itself.`,
        path,
        range,
        'Refer to something outside of what the anchor stands before.',
      );
      return empty;
    }
    this.open.add(target);
    const value = this.node(target, path, depth, range);
    this.open.delete(target);
    return value;
  }

  private scalar(node: yaml.Scalar, path: string, range: Range): ScalarNode {
    const style = SCALAR_STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const value = node.value;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.report.error(
        'invalid_number',
        `${node.source ?? 'This'} is not a number that JSON can hold.`,
        path,
        range,
        'Write a finite number, or put it in quotes to have it as text.',
      );
      return { kind: 'scalar', range, value: 0, style };
    }
    const plain = value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string' ? value : String(value);
    return { kind: 'scalar', range, value: plain, style };
  }

  private map(node: yaml.YAMLMap, path: string, depth: number, range: Range): MapNode {
    const entries = new Map<string, Entry>();
    const merges: { value: unknown; range: Range }[] = [];
    for (const pair of node.items) {
      const key = pair.key;
      const keyRange: Range = yaml.isNode(key) && key.range ? [key.range[0], key.range[1]] : [range[0], range[0] + 1];
      if (!yaml.isScalar(key)) {
        this.report.error('invalid_type', 'A key must be text.', path, keyRange, 'Write a word in place of the list or mapping.');
        continue;
      }
      if (typeof key.value === 'symbol') {
        merges.push({ value: pair.value, range: keyRange });
        continue;
      }
      const name = key.source !== undefined && key.type === 'PLAIN' ? key.source : String(key.value);
      const child = path === '' ? name : `${path}.${name}`;
      if (name === '__proto__') {
        this.report.error('forbidden_key', 'The key "__proto__" is not allowed.', child, keyRange, 'Choose another key.');
        continue;
      }
      if (entries.has(name)) {
        const [line] = this.report.position(entries.get(name)!.keyRange[0]);
        this.report.error('duplicate_key', `The key "${name}" stands here for the second time.`, child, keyRange, `It is first given in line ${line}.`);
        continue;
      }
      entries.set(name, { key: name, keyRange, value: this.node(pair.value, child, depth + 1, keyRange) });
    }
    for (const merge of merges) this.merge(entries, merge.value, path, depth, merge.range);
    return { kind: 'map', range, entries };
  }

  private merge(entries: Map<string, Entry>, value: unknown, path: string, depth: number, range: Range): void {
    const source = this.node(value, path, depth + 1, range);
    for (const part of source.kind === 'seq' ? source.items : [source]) {
      if (part.kind !== 'map') {
        this.report.error('invalid_type', 'Only a mapping can be merged with "<<".', path, range, 'Write <<: *name, where &name stands before a mapping.');
        continue;
      }
      for (const [key, entry] of part.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }
}

/** A file beside the document, as YAML or JSON; `undefined` when it is neither. */
export function readData(text: string): Json | undefined {
  try {
    return yaml.parse(text, { maxAliasCount: LIMITS.yamlAliases }) as Json;
  } catch {
    return undefined;
  }
}
