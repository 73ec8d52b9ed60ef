/**
 * The platform's own surface as one Hono application: the API under `/api/v1`, its description (`/openapi.json`, `/docs`),
 * the schema of documents for editors (`/dialect.schema.json`), `/healthz`, and signing in and out. Pages and applications are others' business.
 *
 * 1. Every answer carries `X-Request-Id`, every error is problem details.
 * 2. What is not answered is 404 `not_found`, or 405 with `Allow` where another method is.
 */
import { Hono } from 'hono';
import { Problem } from '#contracts/problems';
import { allowanceHeaders } from '#workers/api/allowance-headers';
import { docsPage } from '#workers/api/docs-page';
import { editorSchemaAnswer } from '#workers/api/editor-schema';
import { type ApiEnv, splitRoute } from '#workers/api/endpoint';
import { API_PREFIX, ENDPOINTS } from '#workers/api/endpoint-list';
import { mount } from '#workers/api/mount-endpoint';
import { openApiDocument } from '#workers/api/openapi';
import { problemResponse } from '#workers/api/problem-response';
import { createProviderRoutes } from '#workers/api/provider-routes';
import { requestIds } from '#workers/api/request-id';
import { createSamlRoutes } from '#workers/api/saml-routes';
import { createSessionRoutes } from '#workers/api/session';

const ROOT_PATHS = ['/healthz', '/openapi.json', '/docs', '/dialect.schema.json'];
/** Where scrapers look; a browser gets the page of that name. */
const SCRAPED = '/metrics';

export function createApi(): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  api.use('*', allowanceHeaders);
  for (const definition of ENDPOINTS) mount(api, definition);

  const app = new Hono<ApiEnv>();
  app.use('*', requestIds);
  app.route(API_PREFIX, api);
  app.get('/healthz', (c) => c.json({ status: 'ok', region: c.env.REGION, mode: c.env.MODE }, 200, { 'Cache-Control': 'no-store' }));
  app.get('/openapi.json', (c) => c.json(openApiDocument()));
  app.get('/docs', () => docsPage(openApiDocument()));
  app.get('/dialect.schema.json', () => editorSchemaAnswer());
  // Mounted again rather than handed on: what it refuses then has the id of the request.
  app.use(SCRAPED, allowanceHeaders);
  mount(app, ENDPOINTS.find(({ route }) => route === `GET ${SCRAPED}`)!);
  app.route('/', createSessionRoutes());
  app.route('/', createProviderRoutes());
  app.route('/', createSamlRoutes());
  app.all('*', (c) => problemResponse(unanswered(c.req.method, c.req.path), c.get('requestId')));
  app.onError((error, c) => problemResponse(error, c.get('requestId')));
  return app;
}

/** Whether `createApi` answers it. Of `/sign-in`, the page without a key is the dashboard's. */
export function isApiRequest(request: Request, url: URL): boolean {
  const { pathname } = url;
  if (pathname.startsWith('/api/') || pathname === '/api' || pathname === '/sign-out' || ROOT_PATHS.includes(pathname)) return true;
  if (pathname === SCRAPED) return !(request.headers.get('accept') ?? '').includes('text/html');
  if (/^\/sign-in\/(?:with|callback|saml)\//.test(pathname)) return true;
  return pathname === '/sign-in' && (request.method === 'POST' || url.searchParams.has('key'));
}

const PATTERNS = ENDPOINTS.map((definition) => {
  const { method, path } = splitRoute(definition.route);
  return { method, pattern: new RegExp(`^${API_PREFIX}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) };
});

function unanswered(method: string, path: string): Problem {
  const allowed = PATTERNS.filter(({ pattern }) => pattern.test(path)).map((each) => each.method);
  if (ROOT_PATHS.includes(path) || path === SCRAPED) allowed.push('GET');
  if (path === '/sign-out') allowed.push('POST');
  if (allowed.length === 0) return new Problem('not_found', 'Nothing answers at this path. GET /openapi.json lists all that does.');
  const list = [...new Set(allowed)].join(', ');
  return new Problem('method_not_allowed', `${method.slice(0, 16)} is not answered here; ${list} is.`, { extra: { allow: list } });
}
