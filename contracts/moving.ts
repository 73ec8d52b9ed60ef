/** The move of a tenant from its home region to another one: what is asked, how far it is, and how objects are carried. */
import { ERASURE_STAGES, type ErasureStage } from '#contracts/erasure';

/** What is carried, in this order; the same stores that an erasure goes through. */
export const MOVE_STAGES = ERASURE_STAGES;
export type MoveStage = ErasureStage;

/**
 * closing: nothing new is started. stilling: what runs comes to a halt. sending, comparing: everything goes over, and is held
 * against what is there. switching: the new home answers. opening: what was at a halt goes on there. purging: nothing stays behind.
 */
export const MOVE_STATUSES = ['closing', 'stilling', 'sending', 'comparing', 'switching', 'opening', 'purging', 'completed', 'cancelling'] as const;
export type MoveStatus = (typeof MOVE_STATUSES)[number];

export interface MoveOrder {
  tenant: string;
  from: string;
  to: string;
  requested_by: string;
  /** Epoch ms. */
  requested_at: number;
}

/** What was carried of one kind, as both regions hold it. */
export interface Moved {
  stage: MoveStage;
  count: number;
  /** Hex SHA-256 chain over names and contents. */
  sha256: string;
}

export interface Move extends MoveOrder {
  status: MoveStatus;
  stage: MoveStage;
  moved: Moved[];
  /** How often everything was compared: what has changed meanwhile is sent again. */
  rounds: number;
  /** The last fault, while it is tried again. */
  fault?: string;
  /** When the new home took over, epoch ms. */
  switched_at?: number;
  finished_at?: number;
}

export interface MoverRpc {
  begin(order: MoveOrder): Promise<Move>;
  /** `null`: nothing is being moved. */
  progress(): Promise<Move | null>;
  /** Everything stays where it was. False once the new home has taken over. */
  cancel(): Promise<boolean>;
  /** Something of a tenant that has gone came up here: it is sent after it. */
  again(order: MoveOrder): Promise<void>;
}

export interface Still {
  /** The alarm that was put aside, epoch ms; `null`: none was set. */
  alarm: number | null;
}

/** A part of what an object has on disk. */
export interface Parcel {
  /** Statements that make its tables; they come before all rows. */
  tables?: string[];
  rows?: CarriedTableRows[];
  kv?: [key: string, value: unknown][];
  /** Statements that make what leans on its tables; they come after all rows. */
  others?: string[];
  still?: Still;
  /** Where the next part begins; `null`: this was the last. */
  next: string | null;
}

export interface CarriedTableRows {
  table: string;
  columns: string[];
  values: Cell[][];
}

/** One value as SQLite has it: `t…` text, `i…` integer, `r…` real, `b…` base64 of a blob. */
export type Cell = string | null;

export type CarryOrder =
  /** It does nothing more by itself. Answers whether that is news. */
  | { do: 'still' }
  | { do: 'pack'; from: string | null }
  /** The same, of one that goes on: nothing is put aside, and each part is of the moment in which it is read. */
  | { do: 'read'; from: string | null }
  /** `first`: what is there goes before. `id`: who it is, and `names` under which it is asked for, where its own name does not say so. */
  | { do: 'unpack'; parcel: Parcel; first: boolean; id?: string; names?: string[] }
  /** The name of an object that came from elsewhere under another one: whoever asks here is sent there. */
  | { do: 'alias'; id: string }
  | { do: 'digest' }
  /** By what it is found, for an execution. */
  | { do: 'names'; tenant: string }
  /** It goes on where it was stilled. `tell`: the list has not heard how it stands. */
  | { do: 'wake'; tell?: true };

export interface CarryAnswers {
  still: boolean;
  pack: Parcel;
  read: Parcel;
  unpack: undefined;
  alias: undefined;
  /** Hex SHA-256 over all that it has on disk; empty when that is nothing. */
  digest: string;
  names: CarriedNames;
  wake: undefined;
}

/** By what an execution is found beside its id, and the gate that knows it. */
export interface CarriedNames {
  /** Known already, of an execution that has come from elsewhere. */
  names: string[];
  key?: { workflow: string; environment: string; pipeline: string; idempotency_key: string };
  parent?: { execution_id: string; step_name: string };
  gate?: string;
}

/** Every object that keeps something of a tenant. */
export interface CarriableRpc {
  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]>;
}

/** What stands in the way of a tenant's calls here. */
export interface MoveStanding {
  tenant: string;
  /** The other region. */
  peer: string;
  /** leaving: still here, at a halt. gone: there. arriving: not here yet. arrived: here. */
  status: 'leaving' | 'gone' | 'arriving' | 'arrived';
  /** Epoch ms. */
  at: number;
}
