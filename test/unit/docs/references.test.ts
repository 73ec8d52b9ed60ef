/**
 * What the pages point to is there: files and headings behind links, files of this repository that they name, calls of the API,
 * with the query keys that they are told to take.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { splitRoute } from '#workers/api/endpoint';
import { ENDPOINTS } from '#workers/api/endpoint-list';

const ROOT = join(import.meta.dirname, '../../..');
const ROOMS = readdirSync(ROOT).filter((name) => !name.startsWith('.') && name !== 'node_modules' && !name.includes('.'));

const pages = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
].sort();

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#{1,6} (.*)$/gm);
  const words = [...headings].map(([, heading]) =>
    heading!
      .trim()
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
  );
  return new Set(words.map((heading) => heading.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')));
}

function leadsNowhere(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page : normalize(join(dirname(page), file));
  if (!existsSync(join(ROOT, path))) return true;
  return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).has(anchor);
}

it.each(pages)('%s links to what is there', (page) => {
  const targets = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target));
  expect(targets.filter((target) => leadsNowhere(page, target))).toEqual([]);
});

/** Written by a command, and in no clone before. */
const MADE = ['bench/results/latest.json'];

it.each(pages)('%s names files that are there', (page) => {
  const named = [...textOf(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g)].map(([, path]) => path!);
  const ours = named.filter((path) => ROOMS.includes(path.split('/')[0]!) && !MADE.includes(path));
  expect(ours.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

interface Named {
  text: string;
  method: string;
  /** Below `/api/v1`. */
  path: string;
  keys: string[];
}

/** Such as `GET /api/v1/executions?status=`; without the prefix, what begins as the API does. */
function callsOf(page: string): Named[] {
  const found = textOf(page).matchAll(/`(GET|POST|PUT|DELETE)(?:`?, `?(?:GET|POST|PUT|DELETE))* (\/api\/v1)?(\/[^\s`?]*)(?:\?([^\s`]*))?[^`]*`/g);
  return [...found].flatMap(([text, method, prefix, path, query = '']) => {
    if (prefix === undefined && !FIRST_PARTS.has(path!.split('/')[1]!)) return [];
    const keys = query.split('&').map((pair) => pair.split('=')[0]!);
    return [{ text, method: method!, path: path!, keys: keys.filter((key) => key !== '') }];
  });
}

const routes = ENDPOINTS.map(({ route, query }) => ({ ...splitRoute(route), keys: Object.keys(query?.shape ?? {}) }));
const FIRST_PARTS = new Set(routes.map(({ path }) => path.split('/')[1]!));
/** Of a module, at an application's own address. */
const OTHERS = ['POST /auth/register'];
/** Asks real applications at theirs. */
const CASES = 'docs/reference/cases.md';

function isAnswered({ method, path, keys }: Named): boolean {
  const parts = path.split('/');
  return routes.some((route) => {
    const own = route.path.split('/');
    const fits = own.length === parts.length && own.every((part, at) => part.startsWith('{') || part === parts[at]);
    return fits && route.method === method && keys.every((key) => route.keys.includes(key.replace(/^attr\..*/, 'attr')));
  });
}

it.each(pages.filter((page) => page !== CASES))('%s names calls that the API has', (page) => {
  const calls = callsOf(page).filter(({ method, path }) => !OTHERS.includes(`${method} ${path}`));
  expect(calls.filter((call) => !isAnswered(call)).map(({ text }) => text)).toEqual([]);
});

it('finds them', () => {
  expect(callsOf('docs/features.md').length).toBeGreaterThan(30);
  expect(callsOf('docs/idempotency.md').map(({ path }) => path)).toContain('/executions/{id}/release-key');
});
