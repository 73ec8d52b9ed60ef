/**
 * The signature of a webhook, checked before there is an execution: a request that is not signed starts nothing, writes
 * nothing, and cannot take the key, or be given the answer, of the delivery that it claims to be.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import { assertSigned } from '#steps/webhook-verify';
import type { RegionEnv } from '#workers/env';
import type { Entrance } from '#workers/ingress/doors/context';
import { fillSecrets, secretRefsIn } from '#workers/secrets/fill';
import { secretsOf } from '#workers/secrets/secrets-of';

/** `data`: the trigger's, with the body as it came. Throws Problem: signature_invalid, secret_missing. */
export async function assertDelivery(env: RegionEnv, { tenant, deployment }: Entrance, webhook: JsonObject, data: JsonObject): Promise<void> {
  const owner = { tenant, environment: deployment.environment, definition: deployment.hash };
  const { input } = await fillSecrets(webhook, secretRefsIn(webhook), owner, secretsOf(env).all);
  const headers = isJsonObject(data.headers) ? (data.headers as Record<string, string>) : {};
  await assertSigned(input as JsonObject, { headers, body: String(data.raw_body ?? '') }, Date.now());
}
