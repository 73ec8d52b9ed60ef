/** Requests and answers about who may do what: organizations, projects, members, invitations, service accounts, API keys. */
import { z } from 'zod';
import { KEY_SCOPES, LEVELS, ROLES } from '#contracts/access';
import { instant, listQuery, oneLine, page, projectId } from '#contracts/api-parts';
import { parseDuration } from '#contracts/duration';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';

const DAY_MS = 86_400_000;
const LONGEST_INVITATION_MS = 30 * DAY_MS;
const INVITATION_MS = 7 * DAY_MS;
const LONGEST_KEY_MS = 10 * 365 * DAY_MS;
const LONGEST_OVERLAP_MS = 30 * DAY_MS;
const OVERLAP_MS = DAY_MS;

const roleSchema = z.enum(ROLES);
const name = oneLine.max(200);
const organizationId = z
  .string()
  .regex(/^org_\w{1,40}$/, 'the id of an organization, org_ and letters or digits')
  .meta({ description: 'Id of an organization', examples: ['org_default'] });

/** `1h`, `30m`, `7d`, or seconds; gives ms. */
function span(longest: number, about: string) {
  return z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      const ms = parseDuration(given);
      if (ms !== undefined && ms > 0 && ms <= longest) return ms;
      context.addIssue({ code: 'custom', message: `a duration such as 12h or 7d; ${longest / DAY_MS} days at most` });
      return z.NEVER;
    })
    .meta({ description: about, examples: ['7d'] });
}

// --- organizations and projects -------------------------------------------------------------------

export const organizationRequest = z.strictObject({ name }).meta({ id: 'OrganizationRequest', examples: [{ name: 'Retail' }] });
const yourRole = roleSchema.optional().meta({ description: 'What you may do there, also by a role that was given above' });
export const organizationSchema = z.object({ id: z.string(), name: z.string(), your_role: yourRole, created_at: instant }).meta({ id: 'Organization' });
export const organizationPage = page('OrganizationPage', organizationSchema);

export const createProjectRequest = z
  .strictObject({ name, organization: organizationId.optional().meta({ description: 'The default one when absent' }) })
  .meta({ id: 'ProjectRequest', examples: [{ name: 'Checkout', organization: 'org_default' }] });
export const changeProjectRequest = z
  .strictObject({ name: name.optional(), organization: organizationId.optional() })
  .refine((change) => change.name !== undefined || change.organization !== undefined, 'name or organization: what is to change')
  .meta({ id: 'ProjectChange', examples: [{ name: 'Checkout' }] });
export const projectSchema = z
  .object({ id: z.string(), name: z.string(), organization: z.string(), organization_name: z.string(), your_role: yourRole, created_at: instant })
  .meta({ id: 'Project' });
export const projectPage = page('ProjectPage', projectSchema);
export const projectsQuery = z.strictObject({ ...listQuery.shape, organization: organizationId.optional() });

// --- members --------------------------------------------------------------------------------------

export const memberRequest = z.strictObject({ role: roleSchema }).meta({ id: 'MemberRequest', examples: [{ role: 'editor' }] });
export const memberSchema = z
  .object({
    member: z.string().meta({ description: 'Id of the person, `usr_…`, or service account, `svc_…`' }),
    kind: z.enum(['user', 'service_account']),
    name: z.string().optional(),
    email: z.string().optional(),
    role: roleSchema,
    level: z.enum(LEVELS).meta({ description: 'Where the role holds, and everywhere below' }),
    organization: z.string().optional(),
    project: z.string().optional(),
    created_at: instant,
    created_by: z.string(),
  })
  .meta({ id: 'Member' });
export const memberPage = page('MemberPage', memberSchema);
export const removeMemberQuery = z.strictObject({
  everywhere: z.enum(['true', 'false']).optional().meta({ description: '`true`: all roles in organizations and projects too' }),
});

/** The place that a request names; the company when it names none. */
const place = { organization: organizationId.optional(), project: projectId.optional() };
const onePlace = ({ organization, project }: { organization?: string; project?: string }) => organization === undefined || project === undefined;
const ONE_PLACE = { error: 'organization or project, not both', path: ['project'] };

export const invitedAddress = z.email().max(254).toLowerCase();
const invitationSpan = span(LONGEST_INVITATION_MS, 'How long it may be accepted; 7d when absent')
  .optional()
  .transform((ms) => ms ?? INVITATION_MS);
export const invitationRequest = z
  .strictObject({
    email: invitedAddress,
    role: roleSchema,
    ...place,
    expires_in: invitationSpan,
  })
  .refine(onePlace, ONE_PLACE)
  .meta({ id: 'InvitationRequest', examples: [{ email: 'ada@example.com', role: 'editor', project: 'prj_default' }] });
export const invitationListRequest = z
  .strictObject({
    emails: z
      .array(z.string().max(254))
      .min(1)
      .max(LIMITS.invitationsAtOnce)
      .meta({ description: 'Addresses; one that stands there twice counts once', examples: [['ada@example.com', 'grace@example.com']] }),
    role: roleSchema,
    ...place,
    expires_in: invitationSpan,
  })
  .refine(onePlace, ONE_PLACE)
  .meta({ id: 'InvitationListRequest', examples: [{ emails: ['ada@example.com', 'grace@example.com'], role: 'editor', project: 'prj_default' }] });
export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    level: z.enum(LEVELS),
    organization: z.string().optional(),
    project: z.string().optional(),
    status: z.enum(['open', 'expired']),
    created_at: instant,
    created_by: z.string(),
    expires_at: instant,
  })
  .meta({ id: 'Invitation' });
export const invitationMadeSchema = z
  .object({
    ...invitationSchema.shape,
    url: z.string().meta({ description: 'Where it is accepted. Shown this once; it is also in the mail' }),
    mailed: z.boolean().meta({ description: 'Whether a mail is on its way. If not, hand the url over yourself' }),
  })
  .meta({ id: 'InvitationMade' });
export const invitationListSchema = z
  .object({
    items: z.array(
      z.object({
        email: z.string(),
        outcome: z.enum(['invited', 'no_address', 'limit_reached']),
        invitation: invitationMadeSchema.optional().meta({ description: 'Of who is invited' }),
      }),
    ),
  })
  .meta({ id: 'InvitationList' });
export const invitationPage = page('InvitationPage', invitationSchema);
export const invitationsQuery = z.strictObject({ ...listQuery.shape, ...place });

export const serviceAccountRequest = z
  .strictObject({ name, role: roleSchema.optional(), ...place })
  .refine(onePlace, ONE_PLACE)
  .refine(({ role, organization, project }) => role !== undefined || (organization === undefined && project === undefined), {
    error: 'role: which role it gets there',
    path: ['role'],
  })
  .meta({ id: 'ServiceAccountRequest', examples: [{ name: 'deployer', role: 'editor', project: 'prj_default' }] });
export const serviceAccountSchema = z.object({ id: z.string(), name: z.string(), created_at: instant, created_by: z.string() }).meta({ id: 'ServiceAccount' });
export const serviceAccountDetail = z.object({ ...serviceAccountSchema.shape, roles: z.array(memberSchema) }).meta({ id: 'ServiceAccountDetail' });
export const serviceAccountPage = page('ServiceAccountPage', serviceAccountSchema);

// --- API keys -------------------------------------------------------------------------------------

const scopes = z
  .array(z.enum(KEY_SCOPES))
  .min(1)
  .max(KEY_SCOPES.length)
  .refine((given) => new Set(given).size === given.length, 'each scope once')
  .meta({ description: 'What it may be used for; all that its role allows when absent', examples: [['executions:read', 'executions:write']] });

export const createApiKeyRequest = z
  .strictObject({
    tenant: slugSchema.optional().meta({ description: 'Your own when absent; the platform key may name any' }),
    name,
    role: roleSchema.optional().meta({ description: 'Needed, except for a service account, whose roles the key has' }),
    scopes: scopes.optional(),
    organization: organizationId.optional().meta({ description: 'The role holds in this organization and its projects alone' }),
    project: projectId.optional().meta({ description: 'The role holds in this project alone; in the company when neither is named' }),
    service_account: z.string().max(64).optional().meta({ description: 'The key is one of this service account' }),
    expires_in: span(LONGEST_KEY_MS, 'How long it works; for ever when absent').optional(),
  })
  .refine(({ role, service_account }) => (role === undefined) === (service_account !== undefined), {
    error: 'role, or service_account: one of them, not both',
    path: ['role'],
  })
  .refine(onePlace, ONE_PLACE)
  .refine(({ organization, project, service_account }) => service_account === undefined || (organization === undefined && project === undefined), {
    error: 'service_account: its key has the roles of the account; give the account a role there instead',
    path: ['service_account'],
  })
  .meta({ id: 'ApiKeyRequest', examples: [{ role: 'editor', name: 'ci', scopes: ['workflows:write', 'workflows:deploy'], expires_in: '90d' }] });
export const rotateApiKeyRequest = z
  .strictObject({
    overlap: span(LONGEST_OVERLAP_MS, 'How long the old key goes on working; 1d when absent')
      .optional()
      .transform((ms) => ms ?? OVERLAP_MS),
    expires_in: span(LONGEST_KEY_MS, 'How long the new key works; as long as the old one was made for when absent').optional(),
  })
  .meta({ id: 'ApiKeyRotation', examples: [{ overlap: '1d' }] });
export const apiKeySchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    role: roleSchema.optional(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.string()).optional(),
    organization: z.string().optional(),
    project: z.string().optional(),
    service_account: z.string().optional(),
    created_at: instant,
    created_by: z.string().optional(),
    expires_at: instant.optional(),
    last_used_at: instant.optional().meta({ description: 'At most some minutes behind' }),
    replaced_by: z.string().optional().meta({ description: 'The key that was made in its place' }),
    status: z.enum(['active', 'expired']),
  })
  .meta({ id: 'ApiKey' });
export const apiKeyCreatedSchema = z
  .object({ ...apiKeySchema.shape, key: z.string().meta({ description: 'Shown this once; only its hash is kept' }) })
  .meta({ id: 'ApiKeyCreated' });
export const apiKeyPage = page('ApiKeyPage', apiKeySchema);
export const apiKeysQuery = z
  .strictObject({
    ...listQuery.shape,
    ...place,
    service_account: z.string().max(64).optional().meta({ description: 'Of this service account alone' }),
  })
  .refine(onePlace, ONE_PLACE);
