/**
 * A trigger of the type webhook: a route whose first step checks the signature, and whose deliveries count once.
 *
 * 1. Nothing of the pipeline runs before the signature has been checked.
 * 2. A delivery that is sent again (the sender's second try, or somebody's replay) is the execution of the first.
 */
import type { Pipeline } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { PlainStep } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import type { TriggerInfo } from '#language/compile-trigger';

/** What names a delivery, by provider; where the signature covers a time, no two deliveries have the same one. */
const DELIVERY: { readonly [provider: string]: string } = {
  github: '{{ index .trigger.headers "x-github-delivery" }}',
  stripe: '{{ .trigger.body.id }}',
  slack: '{{ index .trigger.headers "x-slack-signature" }}',
  standard: '{{ index .trigger.headers "webhook-id" }}',
};

const SETTINGS = ['provider', 'secret', 'header', 'algorithm', 'encoding', 'timestamp_header', 'tolerance'] as const;

export interface Webhook {
  /** Stands before the pipeline's own steps. */
  verify?: PlainStep;
  idempotency?: Pipeline['idempotency'];
}

export function webhookOf(checker: Checker, place: Place, { config, places }: TriggerInfo): Webhook {
  const provider = typeof config.provider === 'string' ? config.provider : 'generic';
  if (config.secret === undefined) {
    const at = places?.get('path') ?? place;
    checker.warn(
      'no_effect_here',
      'Without a secret everybody may send to this webhook.',
      at,
      `Write secret: \${WEBHOOK_SECRET}, and provider: github, stripe, slack, standard or generic.`,
    );
    return {};
  }
  const settings: JsonObject = Object.fromEntries(SETTINGS.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]!]])));
  if (settings.header === undefined && config.signature_header !== undefined) settings.header = config.signature_header;
  const signature = String(settings.header ?? 'X-Signature').toLowerCase();
  const key = provider === 'generic' && settings.timestamp_header !== undefined ? `{{ index .trigger.headers "${signature}" }}` : DELIVERY[provider];
  return {
    verify: { name: 'webhook-signature', type: 'step.webhook_verify', config: settings },
    ...(key === undefined ? {} : { idempotency: { key_template: key, ttl_ms: LIMITS.idempotencyTtlMs } }),
  };
}
