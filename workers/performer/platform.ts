/**
 * The platform port of an effect: operations of the API under `/api/v1`, called in this process.
 *
 * 1. The call passes the same door as any other: policy, scopes, schemas, audit. What the key may not do, no step may.
 * 2. The tenant is that of the execution; a key of another company is refused, and so is everything that is no API key.
 * 3. Each attempt of an effect carries the same `Idempotency-Key`; operations that know it have the effect once.
 * 4. The audit log names the key and the execution.
 */
import type { Hono } from 'hono';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { PlatformPort } from '#steps/define-step';
import { createApi } from '#workers/api/api';
import { callableRoute } from '#workers/api/callable';
import type { ApiEnv } from '#workers/api/endpoint';
import { API_PREFIX } from '#workers/api/endpoint-list';
import { sentBy } from '#workers/api/via';
import { replyOf } from '#workers/egress/reply';
import type { RegionEnv } from '#workers/env';
import { isApiKey } from '#workers/identity/api-keys';
import { sha256Hex } from '#workers/identity/digest';
import { isHosted } from '#workers/mode';

type PlatformRequest = Parameters<PlatformPort['call']>[0];

let api: Hono<ApiEnv> | undefined;

export function createPlatform(env: RegionEnv, effect: PerformEffect): PlatformPort {
  return {
    async call(order) {
      const request = await requestOf(env, effect, order);
      api ??= createApi();
      const beside: Promise<unknown>[] = [];
      const response = await api.fetch(request, env, laterThan(beside));
      const tooLarge = () => new Problem('response_too_large', `${order.operation} answered more than ${LIMITS.upstreamBody} bytes. Ask for less at once.`);
      const reply = await replyOf(response, { limit: LIMITS.upstreamBody, tooLarge });
      await Promise.allSettled(beside);
      return reply;
    },
  };
}

async function requestOf(env: RegionEnv, effect: PerformEffect, { operation, params, query, body, credential }: PlatformRequest): Promise<Request> {
  const route = callableRoute(operation);
  if (!route) throw new Problem('forbidden', `${operation} is not an operation that a step may call.`);
  if (!isApiKey(credential))
    throw new Problem('forbidden', `The credential of ${effect.step} is not an API key of the company. Make one by POST /api/v1/api-keys.`);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const url = new URL(`${isHosted(env) && env.DOMAIN ? `https://${env.DOMAIN}` : 'http://localhost'}${API_PREFIX}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const headers: Record<string, string> = {
    authorization: `Bearer ${credential}`,
    'x-tenant': effect.tenant,
    ...(route.method === 'GET' || hasKey(body) ? {} : { 'idempotency-key': await headerKey(effect.idempotency_key) }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return sentBy(
    new Request(url, { method: route.method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    `execution:${effect.execution_id}`,
  );
}

/** As a header may carry it; one that is too long by its hash, so that different keys stay different. */
async function headerKey(key: string): Promise<string> {
  const text = /^[\x20-\x7e]*$/.test(key) ? key : encodeURIComponent(key);
  return text.length > LIMITS.idempotencyKey ? sha256Hex(key) : text;
}

/** The author's own key stays the one. */
function hasKey(body: PlatformRequest['body']): boolean {
  return typeof body === 'object' && body !== null && 'idempotency_key' in body;
}

/** What runs beside the answer ends with the effect: behind it, nothing would keep it alive. */
function laterThan(beside: Promise<unknown>[]): ExecutionContext {
  return { waitUntil: (task: Promise<unknown>) => void beside.push(task), passThroughOnException() {}, props: {} } as unknown as ExecutionContext;
}
