/** What the editor offers and says at each place of a document; `|` is the cursor. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import type { Outline } from '#contracts/outline';
import { compile } from '#language/compile';
import { FUNCTION_NAMES } from '#language/templates/function-names';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { editorSchema } from '#workers/editor-schema/document';
import { NO_OUTLINE, pipelineAt, placed } from '../../../dashboard/src/editor/outline';
import { aboutAt, suggestionsAt } from '../../../dashboard/src/editor/suggestions';
import { placeAt } from '../../../dashboard/src/editor/yaml-place';

const SCHEMA = editorSchema() as JsonObject;

const DOCUMENT = `name: shop
modules:
- name: shop-db
  type: storage.sqlite
pipelines:
  order:
    trigger:
      type: http
    steps:
      - name: load
        type: step.http_call
        config:
          url: "http://stock"   # where: the stock
      - type: step.conditional
        name: decide
        config:
          field: kind
          routes: { a: load }
  other:
    steps:
    - name: elsewhere
      type: step.set
`;

/** The document with this text at its end of the pipeline `order`, or alone. */
function cursor(text: string): { lines: string[]; line: number; column: number } {
  const at = text.indexOf('|');
  const before = text.slice(0, at).split('\n');
  return { lines: text.replace('|', '').split('\n'), line: before.length - 1, column: before.at(-1)!.length };
}

function inOrder(text: string) {
  const lines = DOCUMENT.split('\n');
  const at = lines.indexOf('  other:');
  return cursor([...lines.slice(0, at), text, ...lines.slice(at)].join('\n'));
}

/** As the platform has read the document before the lines were written; the editor keeps it at its places. */
const { outline: READ } = await compile(DOCUMENT, { steps: stepCatalog, modules: moduleCatalog });
function outlineOf(lines: readonly string[]): Outline {
  const at = lines.indexOf('  other:');
  const more = lines.length - DOCUMENT.split('\n').length;
  return at < 0 ? READ! : placed(READ!, (line) => (line > at - more ? line + more : line));
}
const suggested = ({ lines, line, column }: ReturnType<typeof cursor>, outline = outlineOf(lines)) =>
  suggestionsAt(SCHEMA, outline, lines, line, column)?.options;
const offered = (at: ReturnType<typeof cursor>, outline = outlineOf(at.lines)) => suggested(at, outline)?.map(({ label }) => label);

describe('the place', () => {
  it.each<[string, (string | number)[], string, string]>([
    ['a|', [], 'key', 'a'],
    ['pipelines:\n  order:\n    |', ['pipelines', 'order'], 'key', ''],
    ['pipelines:\n  order:\n    steps:\n      - na|', ['pipelines', 'order', 'steps', 0], 'key', 'na'],
    ['steps:\n- name: a\n- name: b\n  ty|', ['steps', 1], 'key', 'ty'],
    ['steps:\n- name: a\n# note\n\n- name: b\n  config:\n    x: 1\n    body:\n      de|', ['steps', 1, 'config', 'body'], 'key', 'de'],
    ['a:\n  b: |', ['a'], 'value', ''],
    ['a:\n  b: "x y|', ['a'], 'value', '"x y'],
    ['a:\n  b: |\n    text\n    mo|', ['a', 'b'], 'text', 'mo'],
    ['a: { b: 1, c|', ['a'], 'key', 'c'],
    ['a: { b: 1, c: tr|', ['a'], 'value', 'tr'],
    ['a:\n  - - x: 1\n      y|', ['a', 0, 0], 'key', 'y'],
    ['a:\n  "b c":\n    d|', ['a', 'b c'], 'key', 'd'],
  ])('of %j', (text, path, kind, typed) => {
    // A bar of the document itself stands before a line end.
    const at = text.lastIndexOf('|');
    const before = text.slice(0, at).split('\n');
    const place = placeAt([...before.slice(0, -1), before.at(-1)! + text.slice(at + 1)], before.length - 1, before.at(-1)!.length);
    expect([place.path.map(({ name }) => name), place.kind, place.typed]).toEqual([path, kind, typed]);
  });
});

describe('completion', () => {
  it('knows the keys of a place, and not those that are there', () => {
    expect(offered(cursor('|'))).toEqual(expect.arrayContaining(['name', 'pipelines', 'modules', 'workflows']));
    const step = offered(inOrder('      - name: pay\n        type: step.http_call\n        |'))!;
    expect(step).toEqual(expect.arrayContaining(['config', 'retry', 'if', 'on_error', 'compensate']));
    expect(step).not.toContain('name');
    // The settings stand in config, though older documents have them beside it.
    expect(step).not.toContain('url');
    expect(offered(inOrder('      - name: pay\n        type: step.http_call\n        config:\n          method: POST\n          |'))).toEqual(
      expect.arrayContaining(['url', 'headers', 'body', 'timeout']),
    );
  });
  it('writes what belongs behind a key', () => {
    const option = (label: string) => suggested(inOrder('      - name: pay\n        |'))!.find((one) => one.label === label);
    expect(option('config')).toMatchObject({ insert: 'config:\n          ' });
    expect(option('if')).toMatchObject({ insert: 'if: ', detail: 'text', info: 'A condition: the step runs where it holds.' });
    expect(option('type')).toMatchObject({ first: true });
  });
  it('knows types of steps with what they do, choices, and names of the document', () => {
    expect(suggested(inOrder('      - name: pay\n        type: |'))).toContainEqual(
      expect.objectContaining({ label: 'step.http_call', info: 'Calls a service over HTTP and gives what it answers.' }),
    );
    expect(offered(inOrder('        on_error: |'))).toEqual(['stop', 'skip', 'continue', 'compensate']);
    expect(offered(inOrder('      - name: x\n        type: step.conditional\n        config: { field: a, default: |'))).toEqual(
      expect.arrayContaining(['load', 'decide']),
    );
    expect(offered(inOrder('      - name: q\n        type: step.db_query\n        config:\n          database: |'))).toEqual(['shop-db']);
    expect(
      offered(inOrder('      - name: x\n        type: step.js\n        config:\n          code: |\n            ret|'.replace('code: |', 'code: >'))),
    ).toBeUndefined();
  });
  it('knows what stands in templates: steps of the pipeline, functions', () => {
    expect(offered(inOrder('      - name: pay\n        type: step.set\n        config: { values: { a: "{{ .steps.|" } }'))).toEqual(['load', 'decide']);
    expect(offered(inOrder('      - name: pay\n        config: { a: "{{ .|" }'))).toEqual(['steps', 'trigger', 'body', 'meta']);
    expect(offered(cursor('a: "{{ |'))).toEqual(expect.arrayContaining(['.steps', ...FUNCTION_NAMES]));
    expect(offered(cursor('a: "{{ .x }} |'))).toEqual([]);
  });
});

describe('hover', () => {
  const about = (text: string) => {
    const { lines, line, column } = cursor(text);
    return aboutAt(SCHEMA, lines, line, column);
  };
  it('says what a key is, with its choices and its default', () => {
    expect(about('pipelines:\n  p:\n    on_err|or: stop')).toEqual({
      from: 4,
      to: 12,
      title: 'on_error',
      text: 'What a failed step means for the rest.',
      facts: ['One of stop, skip, continue, compensate.'],
    });
    expect(about('pipelines:\n  p:\n    steps:\n      - name: a\n        type: step.http_call\n        config:\n          me|thod: GET')?.text).toMatch(
      /^HTTP method/,
    );
  });
  it('says what a type of step does', () => {
    expect(about('pipelines:\n  p:\n    steps:\n      - type: step.jq|')).toMatchObject({ title: 'step.jq', from: 14, to: 21 });
    expect(about('nothing: here|')).toBeUndefined();
    expect(about('# no|te')).toBeUndefined();
  });
});

it('completes in a route of the older generation as in a pipeline', async () => {
  const text = `workflows:
  http:
    routes:
      - path: /a
        method: GET
        pipeline:
          steps:
            - name: load
              type: step.set
              config: { values: { a: 1 } }
            - name: answer
              type: step.json_response
              config:
                body: { a: "{{ .steps.|" }
`;
  const { outline } = await compile(text.replace('|', 'load.a }}'), { steps: stepCatalog, modules: moduleCatalog }, { name: 'app' });
  expect(offered(cursor(text), outline!)).toEqual(['load']);
});

describe('the outline', () => {
  it('finds the pipeline around a line, and that which is written on behind its end', () => {
    const lines = [...DOCUMENT.split('\n').slice(0, -1), '', '    - name: new'];
    const at = (line: number) => pipelineAt(READ!, lines, line)?.name;
    expect([at(2), at(6), at(17), at(18), at(21), at(22), at(23)]).toEqual([undefined, 'order', 'order', 'other', 'other', 'other', 'other']);
    expect(pipelineAt(NO_OUTLINE, lines, 6)).toBeUndefined();
  });
  it('moves with its places', () => {
    const moved = placed(
      READ!,
      (line) => line + 10,
      (line) => line + 20,
    );
    expect(moved.pipelines[0]).toMatchObject({ line: 16, end_line: 38, steps: [{ line: 20, end_line: 33 }, {}] });
  });
});
