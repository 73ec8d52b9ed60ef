/** What the steps of actors share. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import type { Scope } from '#contracts/step';
import { actorInTurn } from '#steps/actor-turns';
import { json } from '#steps/config-schemas';

export const actorSettings = {
  pool: z.string().min(1).meta({ names: 'actors' }).describe('Name of the module of the type actor.pool.'),
  identity: z
    .union([z.string(), z.number()])
    .optional()
    .describe('Which actor of the pool. May be left out where the pool has a size, or a routingKey that the payload has.'),
  message: z
    .strictObject({
      type: z.string().min(1).describe('Type of the message: one that the pool receives.'),
      payload: json.optional().describe('What the message carries.'),
    })
    .describe('The message.'),
  in_turn: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('How many actors of the pool take the messages that name nobody in turn. Default: what the pool says, where its routing is round-robin.'),
};

export interface ActorInput {
  pool: string;
  identity?: string;
  message: { type: string; payload: Json };
}

interface ActorSettings {
  pool: string;
  identity?: string | number;
  message: { type: string; payload?: Json };
  in_turn?: number;
}

export function actorInput({ pool, identity, message, in_turn }: ActorSettings, { context }: Scope): ActorInput {
  const given = identity === undefined || identity === '' ? undefined : String(identity);
  const named = given ?? (in_turn === undefined ? undefined : actorInTurn(pool, in_turn, context));
  return { pool, ...(named === undefined ? {} : { identity: named }), message: { type: message.type, payload: message.payload ?? null } };
}
