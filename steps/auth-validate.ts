/**
 * Lets the pipeline on for a caller who is signed in.
 *
 * The token was checked where the request arrived, before anything was written: what it said stands at `trigger.auth`, or
 * `trigger.auth` is null and `trigger.auth_refusal` says why.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import { callerSettings } from '#steps/caller-settings';
import { verdictOf } from '#steps/caller-verdict';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

interface Input {
  subject_field: string;
  claims: { [name: string]: Json } | null;
  refusal?: string;
  roles?: string[];
  required_roles?: string[];
}

export const authValidate = defineStep({
  type: 'step.auth_validate',
  summary: 'Lets the pipeline on for a caller whose token is good and not revoked; others get 401.',
  pure: true,
  caller: true,
  config: z.strictObject({
    ...callerSettings,
    subject_field: z
      .string()
      .regex(/^[A-Za-z_]\w{0,63}$/)
      .default('auth_user_id')
      .describe('Field of the output that takes the subject.'),
    required_roles: z.array(z.string().min(1)).min(1).optional().describe('Roles of which the caller needs one; others get 403.'),
  }),
  example: `
name: signed-in
type: step.auth_validate
config:
  auth_module: auth
  subject_field: user_id
`,
  output: 'The claims of the token, and the subject once more under `subject_field`. The token itself is nowhere.',
  prepare({ subject_field, required_roles }, scope) {
    const { claims, roles, refusal } = verdictOf(scope);
    return compact({ subject_field, claims, roles, refusal, required_roles });
  },
  run({ subject_field, claims, refusal, roles = [], required_roles }: Input) {
    if (!claims)
      return { kind: 'failed', error: errorInfo('unauthenticated', refusal ?? 'Nobody is signed in: this was not started by a request with a token.') };
    if (required_roles && !required_roles.some((role) => roles.includes(role)))
      return { kind: 'failed', error: errorInfo('forbidden', `This needs one of the roles ${required_roles.join(', ')}.`) };
    return { kind: 'completed', output: { ...claims, [subject_field]: claims.sub ?? null } };
  },
});
