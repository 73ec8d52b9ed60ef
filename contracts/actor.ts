/**
 * Actors: what a pool compiles to, and the door of an actor's object.
 *
 * An actor takes one message after the other, in the order in which they came; its state is what its handlers gave.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { MachineApplication } from '#contracts/machine';
import type { ProblemCode } from '#contracts/problems';

export interface ActorPool {
  /** How many actors share the messages that name nobody; absent: each message names its actor. */
  size?: number;
  /** Field of the payload that names the actor where the step does not; of a shared pool, that chooses it. */
  routing_key?: string;
  /** How often a handler is tried again after it has failed. */
  retries: number;
  /** Pipelines by type of message. */
  receive: { [type: string]: string };
}

/** Names an actor; together they name its object. */
export interface ActorAddress {
  tenant: string;
  workflow: string;
  environment: string;
  pool: string;
  identity: string;
}

export interface ActorMessage {
  type: string;
  payload: Json;
}

export interface ActorOrder {
  application: MachineApplication;
  message: ActorMessage;
  /** Same key, same message: it is taken once. */
  key: string;
  by: string;
  /** Wait for the reply so long, ms; 0: only until the message is on disk. */
  wait_ms: number;
}

export type ActorAnswer =
  | { kind: 'taken'; seq: number }
  | { kind: 'replied'; seq: number; reply: JsonObject; execution_id: string }
  | { kind: 'failed'; seq: number; code: ProblemCode; message: string; execution_id: string };

export interface ActorRpc {
  tell(address: ActorAddress, order: ActorOrder): Promise<ActorAnswer>;
}
