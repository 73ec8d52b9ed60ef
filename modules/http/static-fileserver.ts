/** Files that came with the deployment, as a web server gives them. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';

const config = z.strictObject({
  root: z.string().default('.').describe('Folder of the files, relative to the document.'),
  prefix: z.string().regex(/^\//, 'a path that begins with /').default('/').describe('Path that the files stand below.'),
  spaFallback: z.boolean().default(false).describe('Paths that name no file get the index file: for applications that route in the browser.'),
  indexFile: z.string().default('index.html').describe('File of a folder.'),
  cacheMaxAge: z
    .number()
    .int()
    .min(0)
    .default(3600)
    .describe('How long browsers and caches may keep a file, seconds. The index file is always asked for again.'),
  routes: z.boolean().optional().describe('No effect here: the module brings its own route, and other routes go before it.'),
});

type Settings = z.output<typeof config>;

const TYPES: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  xml: 'application/xml',
  pdf: 'application/pdf',
  wasm: 'application/wasm',
};

export const staticFileserver = defineModule({
  type: 'static.fileserver',
  summary: 'Serves the files that came with the deployment, from the store of the region; every other route goes before it.',
  config,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  files: ['root'],
  mounts(settings) {
    const prefix = (settings as Settings).prefix.replace(/\/+$/, '');
    return [
      { method: 'GET', path: prefix === '' ? '/' : prefix },
      { method: 'GET', path: `${prefix}/{file...}` },
    ];
  },
  door: { serve },
  example: `
name: spa
type: static.fileserver
config:
  root: ./spa
  prefix: /
  spaFallback: true
`,
});

async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const { root, indexFile, spaFallback, cacheMaxAge } = context.settings as Settings;
  const path = request.params.file ?? '';
  const inRoot = (file: string) => (root === '.' || root === './' ? file : `${root}/${file}`);
  const candidates = path === '' || path.endsWith('/') ? [`${path}${indexFile}`] : [path, `${path}/${indexFile}`];
  if (spaFallback) candidates.push(indexFile);
  const found = candidates.find((file) => !file.split('/').includes('..') && context.files.has(inRoot(file)));
  if (found === undefined) throw new Problem('unknown_route', `There is no file ${request.path}.`);
  const file = await context.files.open(inRoot(found));
  if (!file) throw new Problem('internal', `The file ${found} is missing in this region.`);
  const index = found.endsWith(indexFile);
  const headers = {
    'content-type': TYPES[found.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream',
    'cache-control': index ? 'no-cache' : `public, max-age=${cacheMaxAge}`,
    'x-content-type-options': 'nosniff',
    etag: file.etag,
  };
  if (request.headers.get('if-none-match') === file.etag) {
    await file.body.cancel();
    return new Response(null, { status: 304, headers });
  }
  return new Response(file.body, { status: 200, headers: { ...headers, 'content-length': String(file.size) } });
}
