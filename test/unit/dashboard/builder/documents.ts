/** Documents to edit: the examples, applications written for other systems, and some that are written to be difficult. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as yaml from 'yaml';
import type { Json, JsonObject } from '#contracts/json';
import type { Path } from '../../../../dashboard/src/builder/yaml/tree';
import { realApplications } from '../../../cases/real-applications';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const DIFFICULT: Record<string, string> = {
  'comments everywhere': `# head
a: # of a
  # before b
  b: 1 # of b
    # behind b, deeper
  # before c

  c: "two" # of c
list:
  # before one
  - one # of one

  # before two
  - two
  # lost at the end
# before the tail
tail: { x: 1, y: [ a, b ] } # of tail
# foot
`,
  'blocks of text': `a:
  - name: one
    text: |
      first

      second

    folded: >-
      some
      words

  - name: two
    kept: |+
      kept


  - last
b: |
  end
`,
  'no newline at the end': 'a: 1\nb:\n  - x\n  - y: 2',
  'lists beside their keys': 'steps:\n- name: a\n  type: t\n- name: b\n  config:\n    list:\n    - 1\n    - 2\nz: 1\n',
  'lists in lists': 'm:\n  - - a\n    - b: 1\n      c: 2\n  - - d\nn: 1\n',
  'in braces': 'a: { b: [ 1, { c: "x, y" } ],\n  d: {}, e: [] }\nf: [\n  one,\n  two, # of two\n]\n',
  json: '{\n  "a": { "b": [1, 2, { "c": null }] },\n  "d": "e"\n}\n',
  'carriage returns': 'a:\r\n  - b: 1\r\n    c: "x"\r\n\r\n  - b: 2\r\nd: |\r\n  text\r\n',
  'nothing behind keys': 'a:\nb:\n  c:\n  d: # nothing\n  -x: 1\n',
  quoted: `"a b": 'it''s'\n'on': "\\n"\n200: yes\ntrue: no\n`,
};

/** Characters up to which a text is short. */
const SHORT = 1200;

/** Name and text. */
export function documents(): [string, string][] {
  const examples = readdirSync(`${root}examples`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(`${root}examples/${name}`).map((file) => `examples/${name}/${file}`))
    .filter((file) => file.endsWith('.yaml'));
  return [
    ...Object.entries(DIFFICULT),
    ...examples.map((file): [string, string] => [file, readFileSync(root + file, 'utf8')]),
    ...Object.entries(realApplications(root)),
  ];
}

export function jsonOf(text: string): Json {
  const document = yaml.parseDocument(text, { merge: true, uniqueKeys: false });
  if (document.errors.length > 0) throw new Error(`${document.errors[0]!.message}\n${text}`);
  return document.toJS() as Json;
}

export function commentsOf(text: string): string[] {
  return [...new yaml.Lexer().lex(text)].filter((token) => token.startsWith('#'));
}

export interface Spot {
  path: Path;
  value: Json;
}

export function spotsOf(value: Json, path: Path = []): Spot[] {
  const own = { path, value };
  if (typeof value !== 'object' || value === null) return [own];
  const inner = Array.isArray(value)
    ? value.flatMap((each, index) => spotsOf(each, [...path, index]))
    : Object.entries(value).flatMap(([key, each]) => spotsOf(each as Json, [...path, key]));
  return [own, ...inner];
}

/** Some of many, spread evenly, and fewer of a long text; all of them with `ALL=1`. */
export function sample<T>(all: readonly T[], upTo: number, text = ''): readonly T[] {
  const most = Math.max(1, Math.floor(upTo * Math.min(1, SHORT / text.length)));
  if (process.env.ALL || all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]!);
}

export function withValue(value: Json, path: Path, next: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return next;
  if (Array.isArray(value)) return value.map((each, index) => (index === first ? withValue(each, rest, next) : each));
  const object = (value ?? {}) as JsonObject;
  return { ...object, [first]: withValue(object[first] ?? null, rest, next) };
}

export function withoutValue(value: Json, path: Path): Json {
  const around = path.slice(0, -1).reduce<Json>((at, part) => (at as JsonObject)[part]!, value);
  const last = path.at(-1)!;
  const left = Array.isArray(around)
    ? around.filter((_, index) => index !== last)
    : Object.fromEntries(Object.entries(around as JsonObject).filter(([key]) => key !== String(last)));
  return withValue(value, path.slice(0, -1), left as Json);
}
