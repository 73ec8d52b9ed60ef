/** Answers say how much of their company's units is left: `X-RateLimit-Limit` and `X-RateLimit-Remaining`, as applications' own limits do. */
import type { MiddlewareHandler } from 'hono';
import type { Allowance } from '#workers/quota/calls';

export interface AllowanceVariables {
  /** Absent where nothing is bounded. */
  allowance?: Allowance | undefined;
}

export const allowanceHeaders: MiddlewareHandler<{ Variables: AllowanceVariables }> = async (c, next) => {
  await next();
  const allowance = c.get('allowance');
  if (!allowance) return;
  c.header('X-RateLimit-Limit', String(allowance.limit));
  c.header('X-RateLimit-Remaining', String(allowance.remaining));
};
