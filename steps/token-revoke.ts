/** Revokes the access token of the caller: from now on it is refused, until it would have ended anyway. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { callerSettings } from '#steps/caller-settings';
import { verdictOf } from '#steps/caller-verdict';
import { defineStep } from '#steps/define-step';

interface Input {
  issuer: string | null;
  /** Absent in tokens of other makers. */
  jti: string | null;
  /** Epoch seconds. */
  exp: number | null;
}

export const tokenRevoke = defineStep({
  type: 'step.token_revoke',
  summary: 'Revokes the access token of the caller; it is refused from now on, a second later everywhere.',
  pure: false,
  idempotent: true,
  caller: true,
  config: z.strictObject({
    ...callerSettings,
    blacklist_module: z.string().min(1).optional().meta({ deprecated: true, use: 'auth_module' }).describe('Older spelling of auth_module.'),
  }),
  example: `
name: sign-out
type: step.token_revoke
config:
  auth_module: auth
`,
  output: '{revoked, jti}. Without a good token, or with one that has no jti, nothing is revoked, and `revoked` is false.',
  prepare(_, scope) {
    const { claims, issuer } = verdictOf(scope);
    return {
      issuer: issuer ?? null,
      jti: typeof claims?.jti === 'string' ? claims.jti : null,
      exp: typeof claims?.exp === 'number' ? claims.exp : null,
    };
  },
  async perform({ issuer, jti, exp }: Input, context): Promise<StepOutcome> {
    if (issuer === null || jti === null || exp === null) return { kind: 'completed', output: { revoked: false } };
    if (jti.length > 256) throw new Problem('step_config_invalid', 'The token has an id that is longer than 256 characters.');
    if (exp * 1000 > context.now()) await context.revocations.revoke(issuer, jti, exp * 1000);
    return { kind: 'completed', output: { revoked: true, jti } };
  },
});
