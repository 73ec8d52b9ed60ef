/** Requests and answers about what a company asks of its people's sign-in. */
import { z } from 'zod';

export const companySecuritySchema = z
  .strictObject({
    requires_second_factor: z.boolean().meta({
      description:
        'People who sign in with a password and have no second factor may do nothing but set one up. Whoever comes through an identity provider has shown it there; keys are not concerned',
    }),
  })
  .meta({ id: 'CompanySecurity' });
