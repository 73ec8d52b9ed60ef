/** Headers that make browsers careful. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const securityConfig = z.strictObject({
  contentSecurityPolicy: z.string().optional().describe('Content-Security-Policy.'),
  frameOptions: z.string().default('DENY').describe('X-Frame-Options.'),
  contentTypeOptions: z.string().default('nosniff').describe('X-Content-Type-Options.'),
  hstsMaxAge: z.number().int().min(0).default(31_536_000).describe('How long browsers use HTTPS only, seconds; 0: no such header.'),
  referrerPolicy: z.string().default('strict-origin-when-cross-origin').describe('Referrer-Policy.'),
  permissionsPolicy: z.string().optional().describe('Permissions-Policy.'),
});

export const httpMiddlewareSecurityheaders = defineModule({
  type: 'http.middleware.securityheaders',
  summary: 'Adds the headers that make browsers careful: content policy, frames, types, referrer, HTTPS only.',
  ports: { offers: ['guard'] },
  config: securityConfig,
  guard: {
    after(_, __, { settings }) {
      const config = settings as z.output<typeof securityConfig>;
      return {
        'x-frame-options': config.frameOptions,
        'x-content-type-options': config.contentTypeOptions,
        'referrer-policy': config.referrerPolicy,
        ...(config.contentSecurityPolicy ? { 'content-security-policy': config.contentSecurityPolicy } : {}),
        ...(config.permissionsPolicy ? { 'permissions-policy': config.permissionsPolicy } : {}),
        ...(config.hstsMaxAge > 0 ? { 'strict-transport-security': `max-age=${config.hstsMaxAge}; includeSubDomains` } : {}),
      };
    },
  },
  example: `
name: security-headers
type: http.middleware.securityheaders
config:
  contentSecurityPolicy: default-src 'self'
`,
});
