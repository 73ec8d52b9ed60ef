/** Effects of steps by their key: the door of the objects that keep them, one for each shard of a tenant. */
import type { Json, JsonObject } from '#contracts/json';

/** `answered`: the result is given again. `expired`: its time is over; it is forgotten soon. */
export const KEY_STATES = ['running', 'answered', 'expired'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** `until`: end of its life, or, while it runs, of what its holder has of it. Epoch ms. */
export function keyState({ until, isAnswered }: { until: number; isAnswered: boolean }, now: number): KeyState {
  if (until <= now) return 'expired';
  return isAnswered ? 'answered' : 'running';
}

/** Whose step a key belongs to: of the execution that has, or had, the effect. */
export interface KeyOwner {
  workflow_id: string;
  workflow: string;
  pipeline: string;
}

/** A place in the list of keys, the newest first. */
export interface KeyPlace {
  /** When the key was taken, epoch ms. */
  at: number;
  /** As it is stored: `{environment}/{phase}/{key}`. */
  key: string;
}

export interface KeyQuery {
  /** What the key itself begins with, and what stands in it, in any case. */
  prefix?: string;
  text?: string;
  environment?: string;
  state?: KeyState;
  workflow?: string;
  pipeline?: string;
  /** Of these alone, by id. */
  workflow_ids?: readonly string[];
  limit: number;
  /** Only what was taken before. */
  before?: KeyPlace;
}

export interface ListedKey extends KeyPlace {
  holder: string;
  state: KeyState;
  /** End of its life; of a running one, when its holder counts as lost. Epoch ms. */
  until: number;
  owner: KeyOwner;
}

export interface KeyPage {
  items: ListedKey[];
  /** Where to look further; `null`: there is no more. A page may hold few, or none, and still have a next. */
  next: KeyPlace | null;
}

export interface KeyStoreRpc {
  /**
   * `undone`: how often an effect under this key has been had and undone, or let go of, before; the next is not the same effect any more.
   * `run`: the caller has the key until `lease_ms` from now and must `settle` it. `stored`: the effect has been had.
   * While another holder runs, the call waits; if that fails or its lease ends, the next waiter gets `run`.
   */
  claim(claim: {
    key: string;
    holder: string;
    lease_ms: number;
    owner: KeyOwner;
  }): Promise<{ kind: 'run'; undone?: number } | { kind: 'stored'; output: Json; response?: JsonObject; holder: string }>;
  /** The effect that the execution `by` had has been undone: its stored result is void. */
  forget(undoing: { key: string; by: string; ttl_ms: number }): Promise<void>;
  /** What is known of a key now: its holder, and the end of its lease (epoch ms), or, with a `result`, of its life. Changes nothing. */
  look(key: string): Promise<{ holder: string; until: number; owner?: KeyOwner; result?: { output: Json; response?: JsonObject } } | null>;
  /** Those that fit, the newest first. Changes nothing. */
  list(query: KeyQuery): Promise<KeyPage>;
  /** The stored result of this holder is void: whoever comes next has the effect anew. `gone`: it holds nothing. */
  release(order: { key: string; holder: string }): Promise<'released' | 'running' | 'gone'>;
  /** A result is kept for `ttl_ms`; without `result` (the effect failed) the key is free again. */
  settle(settlement: { key: string; holder: string; result?: { output: Json; response?: JsonObject }; ttl_ms: number }): Promise<void>;
}
