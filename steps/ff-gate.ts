/** Chooses the next step by a feature flag. Where it goes is compiled into the graph; nothing runs here. */
import { z } from 'zod';
import { defineStep } from '#steps/define-step';
import { flagSettings } from '#steps/flag-settings';

export const ffGate = defineStep({
  type: 'step.ff_gate',
  summary: 'Goes to one step where a feature flag is on, and to another where it is off.',
  kind: 'conditional',
  pure: true,
  chooses: { by: 'flag', yes: 'on_enabled', no: 'on_disabled' },
  config: z.strictObject({
    ...flagSettings,
    on_enabled: z.string().optional().describe('Step to go to where the flag is on. Default: the next one.'),
    on_disabled: z.string().optional().describe('Step to go to where it is off. Default: the next one.'),
  }),
  example: `
name: gate
type: step.ff_gate
config:
  flag: premium
  user: "{{ .user_id }}"
  on_disabled: standard-answer
`,
  output: '{value, route}: `true` or `false`; the timeline shows the target as well.',
  run: () => ({ kind: 'completed', output: null }),
});
