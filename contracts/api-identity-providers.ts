/** Requests and answers about how a company's people sign in: its identity providers, and its users. */
import { z } from 'zod';
import { ROLES } from '#contracts/access';
import { signInWaySchema, userSchema } from '#contracts/api-identity';
import { cursor, instant, listLimit, ONE_LINE, oneLine, page } from '#contracts/api-parts';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';

const httpsUrl = z.url({ protocol: /^https?$/ }).max(500);
const domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'a domain in lower case, such as example.com');

const shared = {
  name: oneLine.max(60).meta({ description: 'As the sign-in page shows it', examples: ['Google'] }),
  enabled: z.boolean().default(true),
  email_domains: z
    .array(domain)
    .max(50)
    .default([])
    .meta({ description: 'Only addresses of these domains sign in this way. Required for joining by itself, and for an account that has a password' }),
  auto_join_role: z
    .enum(ROLES)
    .nullable()
    .default(null)
    .meta({ description: 'Whoever the provider vouches for becomes a member with this role. Absent: only who has been invited' }),
};

const oidc = z.strictObject({
  kind: z.literal('oidc'),
  ...shared,
  issuer: httpsUrl.meta({ description: 'Its discovery document lies below it', examples: ['https://accounts.google.com'] }),
  client_id: z.string().min(1).max(300),
  client_secret: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'Sealed, and shown nowhere again. Absent in a change: stays as it is', writeOnly: true }),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .max(20)
    .default(['openid', 'email', 'profile']),
});
const access = z.strictObject({
  kind: z.literal('access'),
  ...shared,
  issuer: httpsUrl.meta({ description: 'Team domain of Cloudflare Access', examples: ['https://acme.cloudflareaccess.com'] }),
  audience: z.string().min(1).max(200).meta({ description: 'AUD tag of the Access application' }),
});

const saml = z.strictObject({
  kind: z.literal('saml'),
  ...shared,
  metadata: z
    .string()
    .min(1)
    .max(LIMITS.samlDocument)
    .optional()
    .meta({ description: "The provider's metadata, XML: `issuer`, `sso_url` and `certificates` are taken from it", writeOnly: true }),
  issuer: z.string().trim().min(1).max(1024).regex(ONE_LINE).optional().meta({
    description: 'Its entity id. Without this, `sso_url` and `certificates` (or `metadata`) the provider is kept switched off, and its addresses are known',
  }),
  sso_url: httpsUrl.optional().meta({ description: 'Where it takes requests by HTTP-Redirect; https on a hosted platform' }),
  certificates: z
    .array(z.string().min(1).max(16_384))
    .min(1)
    .max(LIMITS.samlCertificates)
    .optional()
    .meta({ description: 'Certificates that it signs with, PEM or base64; several while they change. Absent in a change: stay as they are' }),
  email_attribute: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: 'Attribute that holds the e-mail address. Absent: the NameID is the address', examples: ['email'] }),
});

export const identityProviderRequest = z.discriminatedUnion('kind', [oidc, access, saml]).meta({ id: 'IdentityProviderSettings' });
export type IdentityProviderSettings = z.output<typeof identityProviderRequest>;

export const identityProviderSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['oidc', 'access', 'saml']),
    name: z.string(),
    enabled: z.boolean(),
    email_domains: z.array(z.string()),
    auto_join_role: z.enum(ROLES).nullable(),
    issuer: z.string().optional().meta({ description: 'Absent: a SAML provider that waits for its metadata' }),
    client_id: z.string().optional(),
    scopes: z.array(z.string()).optional(),
    audience: z.string().optional(),
    sso_url: z.string().optional(),
    certificates: z
      .array(z.object({ sha256: z.string(), subject: z.string(), expires_at: instant }))
      .optional()
      .meta({ description: 'That sign its answers' }),
    email_attribute: z.string().optional(),
    service_provider: z
      .object({ entity_id: z.string(), acs_url: z.string(), metadata_url: z.string() })
      .optional()
      .meta({ description: 'Of SAML: what the admin of the provider needs' }),
    has_secret: z.boolean(),
    redirect_uri: z.string().optional().meta({ description: 'To be registered at the provider' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'IdentityProvider' });
export const identityProviderList = z.object({ items: z.array(identityProviderSchema) }).meta({ id: 'IdentityProviderList' });

export const signInWaysQuery = z.strictObject({ company: slugSchema.meta({ description: 'Slug of the company' }) });
export const signInWaysSchema = z.object({ providers: z.array(signInWaySchema) }).meta({ id: 'SignInWays' });

export const userListQuery = z.strictObject({ limit: listLimit, cursor });
export const userPage = page('UserPage', userSchema);
