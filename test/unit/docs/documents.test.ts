/**
 * Every document of the guides, the README and the examples is one that the platform takes without a word; fragments do
 * not stand in the guides. The reference is made from the steps themselves and has tests of its own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const GENERATED = join('docs', 'reference');

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .map((path) => join('docs', path))
  .filter((path) => path.endsWith('.md') && !path.startsWith(GENERATED))
  .concat(existsSync(join(ROOT, 'README.md')) ? ['README.md'] : [])
  .sort();

const blocks = pages.flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length + 1;
    return { place: `${page}:${line}`, source: match[1]! };
  });
});

const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name) && !/_test\.ya?ml$/.test(name) && !/\/specs\//.test(name))
  .map((name) => ({ place: `examples/${name}`, source: readFileSync(join(ROOT, 'examples', name), 'utf8') }));

const documents = [...blocks.filter(({ source }) => /^(?:#.*\n)*name:/.test(source)), ...examples];

it('finds the guides and the examples', () => {
  const places = documents.map(({ place }) => place);
  for (const expected of ['docs/getting-started.md', 'docs/dialect.md', 'examples/']) {
    expect(places.filter((place) => place.startsWith(expected)).length, expected).toBeGreaterThan(2);
  }
});

it('finds no fragment in the guides', () => {
  const guides = ['docs/getting-started.md', 'docs/dialect.md', 'docs/reliability.md'];
  const fragments = blocks.filter(({ place, source }) => guides.some((guide) => place.startsWith(guide)) && !/^name:/.test(source));
  expect(fragments.map(({ place }) => place)).toEqual([]);
});

it.each(documents)('$place compiles without a word', async ({ source }) => {
  const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  expect(diagnostics.map(({ line, severity, code, message }) => `line ${line} of it: ${severity} ${code} ${message}`)).toEqual([]);
  expect(definition).not.toBeNull();
});
