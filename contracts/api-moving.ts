/** Requests and answers about the move of a tenant to another region; see `api.ts` for the rules. */
import { z } from 'zod';
import { instant } from '#contracts/api-parts';
import { slugSchema } from '#contracts/ids';
import { MOVE_STAGES, MOVE_STATUSES } from '#contracts/moving';

export const moveRequest = z
  .strictObject({
    to: slugSchema.meta({ description: 'The new home' }),
    confirm: z.string().meta({ description: 'The slug of the tenant, once more' }),
  })
  .meta({ id: 'MoveRequest', examples: [{ to: 'eu', confirm: 'acme' }] });

const movedSchema = z
  .object({
    stage: z.enum(MOVE_STAGES),
    count: z.number().int(),
    sha256: z.string().meta({ description: 'Hash chain over names and contents, the same in both regions' }),
  })
  .meta({ id: 'Moved' });

export const moveSchema = z
  .object({
    tenant: z.string(),
    from: z.string(),
    to: z.string(),
    status: z.enum(MOVE_STATUSES).meta({
      description:
        'closing: nothing new is started; stilling: what runs comes to a halt; sending, comparing: everything goes over and is held against what is there; switching: the new home takes over; opening: what was at a halt goes on; purging: nothing stays behind',
    }),
    stage: z.enum(MOVE_STAGES),
    requested_by: z.string(),
    requested_at: instant,
    rounds: z.number().int().meta({ description: 'How often everything was compared; what differed was sent again' }),
    moved: z.array(movedSchema).meta({ description: 'Once both regions hold the same' }),
    switched_at: instant.optional().meta({ description: 'When the new home took over' }),
    finished_at: instant.optional(),
    fault: z.string().optional().meta({ description: 'What stands in the way; it is tried again' }),
  })
  .meta({ id: 'Move' });
