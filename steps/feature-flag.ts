/** Asks a feature flag. */
import { z } from 'zod';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { flagSettings, userOf } from '#steps/flag-settings';

interface Input {
  flag: string;
  user?: string;
  output_key?: string;
}

export const featureFlag = defineStep({
  type: 'step.feature_flag',
  summary: 'Asks a feature flag of the application whether a user has it.',
  pure: true,
  config: z.strictObject({ ...flagSettings, output_key: z.string().optional().describe('Field of the output that takes the verdict as well.') }),
  example: `
name: new-checkout
type: step.feature_flag
config:
  flag: new-checkout
  user: "{{ .user_id }}"
`,
  output: '{enabled, value, reason, flag}; `reason` is on, off, user, percentage, no_user or unknown_flag. A flag that is not declared is off.',
  prepare: ({ flag, user, output_key }) => compact({ flag, user: userOf(user), output_key }),
  run({ flag, user, output_key }: Input, scope) {
    const verdict = { ...scope.flag(flag, user), flag };
    return { kind: 'completed', output: { ...verdict, ...(output_key ? { [output_key]: verdict } : {}) } };
  },
});
