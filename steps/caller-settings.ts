/** Settings of steps that ask who sent the request. The token itself is looked at where the request arrives, and is in no log. */
import { z } from 'zod';

export const callerSettings = {
  auth_module: z
    .string()
    .min(1)
    .optional()
    .meta({ names: 'issuer' })
    .describe('Module that issued the token, such as an auth.jwt. Default: the only one that the application has.'),
  token_source: z
    .string()
    .min(1)
    .optional()
    .meta({ literal: true })
    .describe(
      'Where the request carries the token: headers.Authorization, query.token, body.token, or a path that ends so. Default: the header Authorization.',
    ),
};
