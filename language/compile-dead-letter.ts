/** `dead_letter` of a pipeline. Without the block, what nobody waits for (events, schedules, starts by the API) leaves letters; with it, every start does. */
import type { DeadLetterPolicy } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import type { PipelineDefaults } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import { positive } from '#language/compile-policy';
import { DEAD_LETTER_KEYS } from '#language/dialect';

const MAX_RETENTION_MS = 366 * 24 * 3_600_000;
const MAX_THRESHOLD = 1_000_000_000;

/** `undefined`: a failure leaves nothing. */
export function deadLetter(checker: Checker, place: Place | undefined, { dead_letter: given }: PipelineDefaults): DeadLetterPolicy | undefined {
  const policy: DeadLetterPolicy = {
    of: given ? 'every_start' : 'unattended',
    retention_ms: given?.retention_ms ?? LIMITS.deadLetterRetentionMs,
    replayable: true,
  };
  const map = place && checker.map(place, 'dead_letter');
  if (!place || !map) return policy;
  checker.keys(map, place.path, DEAD_LETTER_KEYS, 'dead_letter');
  const at = (key: string) => checker.given(map, place.path, key);
  const enabled = at('enabled');
  const retention = at('retention');
  const replayable = at('replayable');
  const threshold = at('alert_threshold');
  const on = enabled ? (checker.flag(enabled, 'enabled') ?? true) : true;
  const retentionMs = retention && positive(checker, retention, 'retention', MAX_RETENTION_MS);
  const mayReplay = replayable ? checker.flag(replayable, 'replayable') : undefined;
  const alertAt = threshold && checker.whole(threshold, 'alert_threshold', 1, MAX_THRESHOLD);
  if (!on) return undefined;
  return {
    of: 'every_start',
    retention_ms: retentionMs ?? policy.retention_ms,
    replayable: mayReplay ?? policy.replayable,
    ...(alertAt === undefined ? {} : { alert_threshold: alertAt }),
  };
}
