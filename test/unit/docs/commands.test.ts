/**
 * Every `curl` of the guides and the examples asks for something that there is: a route of the example, or a call of the
 * API; its body is JSON, and its variables are those that the guides have in common, or that the page itself sets.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { splitRoute } from '#workers/api/endpoint';
import { ENDPOINTS } from '#workers/api/endpoint-list';
import { matchRoute } from '#workers/ingress/match';

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => existsSync(join(ROOT, 'examples', name, `${name}.yaml`)));

const pages = [
  'README.md',
  'examples/README.md',
  ...EXAMPLES.map((name) => `examples/${name}/README.md`),
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** What the README says of them: a key, the ids of an execution and of its replay; and the operator's key. */
const COMMON = ['KEY', 'ID', 'NEW', 'ADMIN_API_KEY'];

interface Command {
  place: string;
  text: string;
  /** Names that the page has given a value before. */
  set: Set<string>;
}

/** Commands reach to the end of their line, of a line that goes on, or of the backticks around them. */
function commandsOf(page: string): Command[] {
  const source = readFileSync(join(ROOT, page), 'utf8').replace(/\\\n\s*/g, ' ');
  const found: Command[] = [];
  const set = new Set(COMMON);
  for (const [index, line] of source.split('\n').entries()) {
    for (const [, name] of line.matchAll(/(?:^\s*|; ?|export )([A-Z_]+)=/g)) set.add(name!);
    const inline = [...line.matchAll(/`(curl [^`]+)`/g)].map(([, text]) => text!);
    const texts = inline.length > 0 ? inline : /^\s*(?:[A-Z_]+=\$\()?curl /.test(line) ? [line.trim()] : [];
    for (const text of texts) found.push({ place: `${page}:${index + 1}`, text, set: new Set(set) });
  }
  return found;
}

const commands = pages.flatMap(commandsOf);

const address = ({ text }: Command) =>
  /(?:\$API|https?:\/\/[\w.-]+(?::\d+)?)(\/[^\s'"]*)?/
    .exec(text)?.[0]
    .replace('$API', 'http://127.0.0.1:8787/api/v1')
    .replace(/[)`]+$/, '');
const methodOf = ({ text }: Command) => /-X ([A-Z]+)/.exec(text)?.[1] ?? (/ (?:-d|--data-binary) /.test(text) ? 'POST' : 'GET');

const definitions = new Map<string, Definition>();
for (const name of EXAMPLES) {
  const folder = join(ROOT, 'examples', name);
  const files = {
    refs: {},
    paths: new Set<string>(),
    text: (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined),
  };
  const { definition } = await compile(readFileSync(join(folder, `${name}.yaml`), 'utf8'), { steps: stepCatalog, modules: moduleCatalog }, { files });
  definitions.set(name, definition!);
}

it('finds them', () => {
  for (const page of ['README.md', 'docs/getting-started.md', 'docs/reliability.md', ...EXAMPLES.map((name) => `examples/${name}/README.md`)])
    expect(
      commands.some(({ place }) => place.startsWith(`${page}:`)),
      page,
    ).toBe(true);
});

it.each(commands.map((command) => [command.place, command] as const))('%s', (_, command) => {
  const names = [...command.text.matchAll(/\$\{?([A-Z_]+)\b/g)].map(([, name]) => name!);
  expect(names.filter((name) => !command.set.has(name))).toEqual([]);
  for (const [, body] of command.text.matchAll(/ -d '([^']*)'/g)) expect(() => JSON.parse(body!)).not.toThrow();
  const url = new URL(address(command) ?? '');
  const [, example, path = '/'] = /^\/in\/acme\/([a-z-]+)(\/.*)?$/.exec(url.pathname) ?? [];
  if (example !== undefined) {
    const definition = definitions.get(example);
    // Applications that a guide has the reader write.
    if (definition) expect(matchRoute(definition, methodOf(command), path)).toMatchObject({ kind: 'found' });
  } else if (url.pathname.startsWith('/api/v1/')) expect(calls(methodOf(command), decodeURIComponent(url.pathname.slice('/api/v1'.length)))).toBe(true);
});

/** Whether the API has a call of that method at the path. */
function calls(method: string, path: string): boolean {
  const parts = path.split('/');
  return ENDPOINTS.map(({ route }) => splitRoute(route)).some((one) => {
    const own = one.path.split('/');
    return one.method === method && own.length === parts.length && own.every((part, index) => part.startsWith('{') || part === parts[index]);
  });
}
