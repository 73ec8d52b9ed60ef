/** What the steps of actors share. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
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
};

export interface ActorInput {
  pool: string;
  identity?: string;
  message: { type: string; payload: Json };
}

export function actorInput({ pool, identity, message }: { pool: string; identity?: string | number; message: { type: string; payload?: Json } }): ActorInput {
  const named = identity === undefined || identity === '' ? {} : { identity: String(identity) };
  return { pool, ...named, message: { type: message.type, payload: message.payload ?? null } };
}
