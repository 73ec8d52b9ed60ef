/**
 * A trigger of the type webhook: a route whose first step checks the signature, and whose deliveries count once.
 *
 * 1. Nothing of the pipeline runs before the signature has been checked; over HTTP the door checks it first, so that what a
 *    stranger sends makes no execution and never meets the key of a genuine delivery.
 * 2. A delivery that is sent again (the sender's second try, or somebody's replay) is the execution of the first.
 */
import type { Pipeline } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { PlainStep } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import type { TriggerInfo } from '#language/compile-trigger';

/** What names a delivery, by provider, else its signature; where that covers a time, no two deliveries have the same one. */
const DELIVERY: { readonly [provider: string]: string } = {
  github: '{{ coalesce (index .trigger.headers "x-github-delivery") (index .trigger.headers "x-hub-signature-256" | lower) }}',
  stripe: '{{ coalesce .trigger.body.id (index .trigger.headers "stripe-signature") }}',
  slack: '{{ index .trigger.headers "x-slack-signature" | lower }}',
  standard: '{{ index .trigger.headers "webhook-id" }}',
};

const SETTINGS = ['provider', 'secret', 'header', 'algorithm', 'encoding', 'timestamp_header', 'tolerance'] as const;

export interface Webhook {
  /** Stands before the pipeline's own steps. */
  verify?: PlainStep;
  webhook?: Pipeline['webhook'];
  idempotency?: Pipeline['idempotency'];
}

export function webhookOf(checker: Checker, place: Place, { config, places }: TriggerInfo, keyed: boolean): Webhook {
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
  if (provider === 'generic' && settings.timestamp_header === undefined) warnOfReplays(checker, places?.get('secret') ?? place, keyed);
  const key = provider === 'generic' ? genericKey(settings, config.delivery_header) : DELIVERY[provider];
  return {
    verify: { name: 'webhook-signature', type: 'step.webhook_verify', config: settings },
    webhook: settings,
    ...(key === undefined ? {} : { idempotency: { key_template: key, ttl_ms: LIMITS.idempotencyTtlMs } }),
  };
}

/** The sender's own name for the delivery, or its signature in the one spelling that all its spellings come to. */
function genericKey({ header = 'X-Signature', algorithm = 'sha256', encoding }: JsonObject, delivery: Json | undefined): string {
  const written = `index .trigger.headers ${JSON.stringify(String(header).toLowerCase())}`;
  const prefix = JSON.stringify(`${algorithm}=`);
  const signature =
    encoding === 'base64'
      ? `${written} | trimPrefix ${prefix} | replace "-" "+" | replace "_" "/" | replace "=" ""`
      : `${written} | lower | trimPrefix ${prefix}`;
  return typeof delivery === 'string'
    ? `{{ coalesce (index .trigger.headers ${JSON.stringify(delivery.toLowerCase())}) (${signature}) }}`
    : `{{ ${signature} }}`;
}

function warnOfReplays(checker: Checker, at: Place, keyed: boolean): void {
  const seen = keyed ? 'its key is known to the pipeline' : `its signature is remembered, which is ${LIMITS.idempotencyTtlMs / 3_600_000} hours`;
  checker.warn(
    'no_replay_window',
    `No time is signed, so a request that somebody has recorded is refused only while ${seen}.`,
    at,
    'Write timestamp_header: X-Timestamp where the sender signs a time (what is signed is the time, a dot and the body), or take provider: standard.',
  );
}
