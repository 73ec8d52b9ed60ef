/** Every answer carries `X-Request-Id`: the caller's own where it is harmless text, a new one otherwise. */
import type { MiddlewareHandler } from 'hono';
import { newId } from '#contracts/ids';

export interface RequestVariables {
  requestId: string;
}

const HARMLESS = /^[\w.:-]{1,128}$/;

export const requestIds: MiddlewareHandler<{ Variables: RequestVariables }> = async (c, next) => {
  const given = c.req.header('x-request-id');
  const requestId = given !== undefined && HARMLESS.test(given) ? given : newId('req');
  c.set('requestId', requestId);
  await next();
  if (c.res.headers.get('X-Request-Id') !== requestId) c.header('X-Request-Id', requestId);
};
