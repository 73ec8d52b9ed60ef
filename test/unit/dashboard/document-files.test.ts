/** Files of a document on the page that saves it. */
import { describe, expect, it } from 'vitest';
import { filePath } from '#language/compile-modules';
import { bodyWithFiles, filePlaces, pathFor, plainPath } from '../../../dashboard/src/editor/document-files';

const named = (path: string, module = 'm') => ({ path, module, line: 1 });

it.each(['./public/', '../seed/a.json', 'a//b', '/x/./y', '.'])('spells the path %s as the platform does', (path) => {
  expect(plainPath(path)).toBe(filePath(path));
});

describe('the places', () => {
  const before = [
    { path: 'public/index.html', size: 10 },
    { path: 'seed/products.json', size: 20 },
    { path: 'old.txt', size: 5 },
  ];
  it('have what comes along and what was chosen, without what was taken out', () => {
    const chosen = { 'public/index.html': null, 'public/new.css': { base64: 'YQ==', size: 1 }, 'seed/products.json': { base64: 'YQ==', size: 2 } };
    expect(filePlaces([named('./public'), named('seed/products.json'), named('rules.yaml'), named('public/')], before, chosen)).toEqual([
      { named: './public', module: 'm', folder: true, files: [{ path: 'public/new.css', size: 1, from: 'chosen' }] },
      { named: 'seed/products.json', module: 'm', folder: false, files: [{ path: 'seed/products.json', size: 2, from: 'chosen' }] },
      { named: 'rules.yaml', module: 'm', folder: false, files: [] },
    ]);
  });
  it('know a folder by what is in it, too', () => {
    expect(filePlaces([named('site.v2')], [{ path: 'site.v2/a.html', size: 1 }], {})[0]!.folder).toBe(true);
  });
});

it('puts what is chosen for a folder into it, and for a file in its place', () => {
  expect(pathFor({ named: './public/', folder: true }, 'logo.png')).toBe('public/logo.png');
  expect(pathFor({ named: 'seed/a.json', folder: false }, 'whatever.json')).toBe('seed/a.json');
});

it('sends the text alone where nothing was chosen', () => {
  expect(bodyWithFiles('a: 1', {}, false)).toBeUndefined();
  expect(bodyWithFiles('a: 1', { x: { base64: 'YQ==', size: 1 }, y: null }, false)).toEqual({
    config: 'a: 1',
    files: { x: { base64: 'YQ==' }, y: null },
    keep_files: true,
  });
  expect(bodyWithFiles('a: 1', { x: { base64: 'YQ==', size: 1 } }, true)).not.toHaveProperty('keep_files');
});
