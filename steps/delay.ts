/**
 * Waits without running: the object sleeps until the instant that is fixed when the step starts.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { compact, duration } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { instantAfter, instantOf } from '#steps/wait-time';

const config = z
  .strictObject({
    duration: duration.optional().describe('How long: 500ms, 30s, 5m, 1h30m, 7d. A bare number is seconds.'),
    until: z.string().optional().describe('An instant instead, as ISO 8601 text such as 2026-03-01T08:00:00Z. One that has passed does not wait.'),
  })
  .refine((settings) => (settings.duration === undefined) !== (settings.until === undefined), { message: 'either duration or until', path: ['duration'] });

export const delay = defineStep({
  type: 'step.delay',
  summary: 'Waits for a time, or until an instant, at no cost.',
  pure: true,
  config,
  example: `
name: cool-down
type: step.delay
config:
  duration: 30s
`,
  output: '{waited_ms}',
  prepare(settings, scope) {
    const until = settings.until === undefined ? instantAfter(settings.duration ?? 0, 'duration', scope.now) : instantOf(settings.until, 'until', scope.now);
    return compact({ duration: settings.duration as Json | undefined, until: new Date(until).toISOString() });
  },
  run(input: { until: string }, scope) {
    const until = Date.parse(input.until);
    const waited = Math.max(0, until - scope.now);
    return waited === 0 ? { kind: 'completed', output: { waited_ms: 0 } } : { kind: 'sleep', until, output: { waited_ms: waited } };
  },
});
