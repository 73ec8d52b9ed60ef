/** Waits for an instant: the object sleeps until then. */
import { z } from 'zod';
import { defineStep } from '#steps/define-step';
import { instantOf } from '#steps/wait-time';

const config = z.strictObject({
  time: z.string().min(1).describe('The instant, as ISO 8601 text such as 2026-03-01T08:00:00Z; at most a year ahead. One that has passed does not wait.'),
});

export const waitUntil = defineStep({
  type: 'step.wait_until',
  summary: 'Waits until an instant, at no cost.',
  pure: true,
  config,
  example: `
name: until-due
type: step.wait_until
config:
  time: "{{ .due_at }}"
`,
  output: '{time, waited_ms}',
  prepare: (settings, scope) => ({ time: new Date(instantOf(settings.time, 'time', scope.now)).toISOString() }),
  run({ time }: { time: string }, scope) {
    const until = Date.parse(time);
    const waited = Math.max(0, until - scope.now);
    const output = { time, waited_ms: waited };
    return waited === 0 ? { kind: 'completed', output } : { kind: 'sleep', until, output };
  },
});
