/**
 * Who calls the API, and what becomes of those who do not get known: they are counted by where they come from.
 *
 * 1. A call with a credential that is taken costs its address nothing.
 * 2. Once an address has spent what it has, nothing is looked up for it but credentials that were good a short while ago: who guesses
 *    keys busies no database, and who works behind the same address goes on. The operator's key is looked up nowhere.
 * 3. A call that another region answers is not counted here.
 */
import type { Context } from 'hono';
import { Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import { authenticate } from '#workers/api/auth';
import type { ApiEnv } from '#workers/api/endpoint';
import { bearerOf, credentialOf } from '#workers/api/refused-credential';
import type { Actor } from '#workers/identity/actor';
import { isApiKey, type Later } from '#workers/identity/api-keys';
import { admitStranger, refuseSpent } from '#workers/quota/strangers';

const GOOD_FOR_MS = 10 * 60_000;
/** Ends of credentials, of keys as of signatures too long to be guessed: the whole of none is kept. */
const END = 24;

/** Refusals of the door. */
const COUNTED: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);

const good = new IsolateCache<true>({ max: 5000, ttlMs: GOOD_FOR_MS });

/** Throws as `authenticate`, and Problem('rate_limited') without having looked. */
export async function callerOf(c: Context<ApiEnv>, later: Later): Promise<Actor> {
  const request = c.req.raw;
  const end = credentialOf(request)?.slice(-END);
  const wasGood = end !== undefined && good.get(end) === true;
  if (!wasGood && isLookedUp(request)) refuseSpent(c.env, request);
  try {
    const actor = await authenticate(request, c.env, later);
    if (end !== undefined && !wasGood) good.set(end, true);
    return actor;
  } catch (refusal) {
    if (wasGood) good.delete(end);
    throw refusal;
  }
}

/** Whether more than the credential itself is needed to refuse it. Without one, a company that is named may have moved. */
function isLookedUp(request: Request): boolean {
  const bearer = bearerOf(request);
  return bearer === undefined || isApiKey(bearer) || bearer.split('.').length === 3;
}

/** Of a caller who did not become known: the refusal, counted; or that there were too many. */
export async function countedRefusal(c: Context<ApiEnv>, refusal: unknown): Promise<unknown> {
  if (!(refusal instanceof Problem) || !COUNTED.has(refusal.code)) return refusal;
  try {
    c.set('allowance', await admitStranger(c.env, c.req.raw, 'light'));
    return refusal;
  } catch (spent) {
    return spent;
  }
}
