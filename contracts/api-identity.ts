/** Requests and answers of `/api/v1/auth`: signing in, the own account, its sessions and its second factor. */
import { z } from 'zod';
import { ROLES } from '#contracts/access';
import { instant, oneLine } from '#contracts/api-parts';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { emailSchema } from '#contracts/mail';

const company = slugSchema.meta({ description: 'Slug of the company', examples: ['acme'] });
/** An identity provider on a sign-in page. */
export const signInWaySchema = z.object({ id: z.string(), name: z.string(), kind: z.enum(['oidc', 'access', 'saml']), url: z.string() });

const email = emailSchema.transform((text) => text.toLowerCase()).meta({ id: 'Email', format: 'email' });
const password = z.string().min(1).max(LIMITS.passwordMax).meta({ writeOnly: true });
const newPassword = password.meta({ description: `At least ${LIMITS.passwordMin} characters, and none that everybody tries`, writeOnly: true });
const token = z
  .string()
  .regex(/^[0-9A-Za-z_-]{20,128}$/, 'the token of the link')
  .meta({ description: 'From the link that was mailed', writeOnly: true });
const personName = oneLine.max(100);
const code = z
  .string()
  .trim()
  .regex(/^(\d{6}|[0-9a-z]{5}-[0-9a-z]{5})$/i, 'six digits, or a recovery code')
  .meta({ description: 'Six digits of the authenticator, or a recovery code', examples: ['492039'] });

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    verified_at: instant.nullable().meta({ description: 'When the address was shown to be theirs' }),
    disabled_at: instant.nullable(),
    second_factor: z.boolean(),
    created_at: instant,
    last_sign_in_at: instant.nullable(),
  })
  .meta({ id: 'User' });

export const signInRequest = z
  .strictObject({ company, email, password, code: code.optional().meta({ description: 'When the account has a second factor' }) })
  .meta({ id: 'SignIn' });
export const tokensSchema = z
  .object({
    access_token: z.string().meta({ description: 'Bearer token for the API' }),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().meta({ description: 'Seconds' }),
    refresh_token: z.string().meta({ description: 'Good for one use; each use gives the next' }),
    user: userSchema,
  })
  .meta({ id: 'Tokens' });
export const refreshRequest = z.strictObject({ refresh_token: z.string().min(1).max(300).meta({ writeOnly: true }) }).meta({ id: 'Refresh' });
export const signedInSchema = z.object({ user: userSchema }).meta({ id: 'SignedIn' });

export const meSchema = z
  .object({
    kind: z.enum(['operator', 'key', 'user', 'service']),
    id: z.string(),
    company: z.string(),
    by: z.string().meta({ description: 'As logs and the audit log name the caller' }),
    role: z.enum(ROLES).nullable().meta({ description: 'In the company; null for whoever has roles in organizations or projects only' }),
    user: userSchema.nullable().meta({ description: 'For a person' }),
    session: z.string().nullable().meta({ description: 'Id of the session that was used' }),
    needs_second_factor: z
      .boolean()
      .meta({ description: 'The company asks for a second factor, and it is not set up: until then only the own account answers' }),
  })
  .meta({ id: 'Me' });
export const renameRequest = z.strictObject({ name: personName }).meta({ id: 'RenameAccount' });

export const addressRequest = z.strictObject({ company, email }).meta({ id: 'MailTo' });
export const verifyRequest = z.strictObject({ company, token }).meta({ id: 'VerifyAddress' });
export const changeAddressRequest = z
  .strictObject({
    email,
    password: password.optional().meta({ description: 'Unless the account has none' }),
    code: code.optional().meta({ description: 'When the account has a second factor' }),
  })
  .meta({ id: 'ChangeAddress' });
export const confirmAddressRequest = z.strictObject({ company, email, token }).meta({ id: 'ConfirmAddress' });
export const resetRequest = z.strictObject({ company, token, password: newPassword }).meta({ id: 'ResetPassword' });
export const changePasswordRequest = z
  .strictObject({ current: password.optional().meta({ description: 'Unless the account has none yet' }), password: newPassword })
  .meta({ id: 'ChangePassword' });

export const ownerLinkRequest = z.strictObject({ company }).meta({ id: 'OwnerLinkRequest' });
export const ownerLinkSchema = z.object({ url: z.string(), expires_at: instant }).meta({ id: 'OwnerLink' });
export const firstOwnerRequest = z.strictObject({ company, token, email, name: personName, password: newPassword }).meta({ id: 'FirstOwner' });

export const invitationQuery = z.strictObject({ company, token });
export const invitedSchema = z
  .object({
    email: z.string(),
    role: z.string(),
    level: z.string(),
    company: z.string(),
    company_name: z.string(),
    expires_at: instant,
    account: z.boolean().meta({ description: 'Whether the address has an account already: then its password is asked for' }),
    has_password: z.boolean().meta({ description: 'Whether that account has one; who has only come by an identity provider has none' }),
    signed_in: z.boolean().meta({ description: 'Whether the caller has a session of that account: then nothing more is asked for' }),
    providers: z.array(signInWaySchema).meta({ description: 'Identity providers whose sign-in accepts the invitation as well' }),
  })
  .meta({ id: 'Invited' });
export const acceptInvitationRequest = z
  .strictObject({
    company,
    token,
    name: personName.optional().meta({ description: 'Of a new account' }),
    password: password.optional().meta({ description: 'A new one for a new account; not needed by who is signed in as the invited person' }),
    code: code.optional(),
  })
  .meta({ id: 'AcceptInvitation' });

export const sessionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['browser', 'api']),
    current: z.boolean(),
    method: z.string().meta({ description: 'How it was begun', examples: ['password'] }),
    user_agent: z.string(),
    address: z.string().nullable(),
    created_at: instant,
    last_seen_at: instant,
    expires_at: instant,
  })
  .meta({ id: 'Session' });
export const sessionList = z.object({ items: z.array(sessionSchema) }).meta({ id: 'SessionList' });

export const secondFactorSchema = z.object({ enabled: z.boolean(), recovery_codes_left: z.number().int() }).meta({ id: 'SecondFactor' });
export const enrolRequest = z.strictObject({ password: password.optional() }).meta({ id: 'EnrolSecondFactor' });
export const enrolledSchema = z
  .object({
    secret: z.string().meta({ description: 'Base32, to type by hand' }),
    otpauth_url: z.string().meta({ description: 'For the QR code' }),
  })
  .meta({ id: 'EnrolledSecondFactor' });
export const codeRequest = z.strictObject({ code }).meta({ id: 'SecondFactorCode' });
export const recoveryCodesSchema = z.object({ recovery_codes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' });
