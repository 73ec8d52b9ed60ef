/** `GET /healthz`: 200 only when every region answers; the body says which does not. */
import { type RouterEnv, regionsOf } from '#workers/router/env';

const PATIENCE_MS = 3_000;

export async function health(request: Request, env: RouterEnv): Promise<Response> {
  const url = new URL('/healthz', request.url);
  const states = await Promise.all(
    regionsOf(env).map(async ({ name, service }) => {
      try {
        const response = await service.fetch(url, { headers: { 'x-workflow-routed': '1' }, signal: AbortSignal.timeout(PATIENCE_MS) });
        await response.body?.cancel();
        return [name, response.ok ? 'ok' : 'failing'] as const;
      } catch {
        return [name, 'unavailable'] as const;
      }
    }),
  );
  const healthy = states.length > 0 && states.every(([, state]) => state === 'ok');
  return Response.json(
    { status: healthy ? 'ok' : 'degraded', regions: Object.fromEntries(states) },
    { status: healthy ? 200 : 503, headers: { 'cache-control': 'no-store', ...(healthy ? {} : { 'retry-after': '5' }) } },
  );
}
