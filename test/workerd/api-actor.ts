/** The real object of an actor for the tests of the API. */
import { env } from 'cloudflare:workers';
import { ActorObjectBase } from '#objects/actor';
import type { HandlerOrder } from '#objects/actor/mailbox';
import { handleMessage } from '#workers/actors/handlers';
import type { RegionEnv } from '#workers/env';

const region = env as unknown as RegionEnv;

export class ApiActorObject extends ActorObjectBase<unknown> {
  protected override readonly ports = { handle: (order: HandlerOrder) => handleMessage(region, order), now: Date.now };
}
