/** Which regions a company reaches into, and its way from one to another. */
import type { Move, MoveStanding } from '#contracts/moving';
import type { PeerDeployments, Replication } from '#contracts/peer';

/** Another region in which a tenant has executions. */
export interface Outpost {
  region: string;
  /** Epoch ms. */
  since: number;
  /** Counts the changes of what is deployed, and the state of that count which the region was sent. */
  wanted: number;
  sent: number;
  /** What lives there is being erased: since when, epoch ms, and who asked. */
  clearing?: { at: number; by: string };
}

/** `arriving`: it is on its way here for good. `unknown`: the region has not been told of it, or has let go of it. */
export type Lodging = 'lives' | 'arriving' | 'unknown';

/** Which regions have to do with a tenant beside its home. The one half is asked at home, the other in the other regions. */
export interface RegionLinks {
  /** What may leave the home; `null`: definitions, where a pipeline's residency asks for it. */
  replication(tenant: string): Promise<Replication | null>;
  setReplication(tenant: string, replication: Replication | null): Promise<void>;
  /** By name. */
  outposts(tenant: string): Promise<Outpost[]>;
  /** One that is there stays as it is. */
  open(tenant: string, region: string, now: number): Promise<void>;
  /** What is deployed has changed. */
  touch(tenant: string): Promise<void>;
  noteSent(tenant: string, region: string, revision: number): Promise<void>;
  /** Nothing is started there any more. Again changes nothing. Answers since when, and who asked first; `null`: the tenant has nothing there. */
  clear(tenant: string, region: string, by: string, now: number): Promise<{ at: number; by: string } | null>;
  /** The tenant has nothing there any more. */
  close(tenant: string, region: string): Promise<void>;
  /** Where the tenant, of which this region has definitions, is at home. */
  homeOf(tenant: string): Promise<string | null>;
  /**
   * From now on something of the guest lives here; said before it does, so that a list which hears of it later need not be asked.
   * Where the answer is not `lives`, nothing of it may.
   */
  lodge(tenant: string, now: number): Promise<Lodging>;
  /** Puts these in place of all that was deployed; not when it has seen a later revision. */
  admit(tenant: string, home: string, sent: PeerDeployments, now: number): Promise<void>;
}

/** Tenants on their way between this region and another one, and those that are being erased: whose doors are not open. */
export interface TenantMoves {
  /** How one stands that is on its way or has gone; what was so a second ago at the latest. `undefined`: nothing of the kind. */
  open(tenant: string): Promise<MoveStanding | undefined>;
  /** Whether one that is at home here is being erased; as late as `open`. */
  isClosed(tenant: string): Promise<boolean>;
  /** It is being erased from now on. Again changes nothing. False: it is on its way to another region, and nothing is changed. */
  close(tenant: string, at: number): Promise<boolean>;
  /** It is on its way here from now on, and no guest any more. Again changes nothing. False: something of it lives here already, and nothing is changed. */
  expect(tenant: string, peer: string, at: number): Promise<boolean>;
  /** It is on its way to another region from now on. False: it is being erased, and nothing is changed. */
  leave(tenant: string, peer: string, at: number): Promise<boolean>;
  /** Whether it was at home elsewhere before. */
  hasArrived(tenant: string): Promise<boolean>;
  /** The region that it has come from so lately that messages may still come after it there; `null`: none. */
  cameFrom(tenant: string, now: number): Promise<string | null>;
  /** As it is now, asked of the store. */
  standing(tenant: string): Promise<MoveStanding | null>;
  set(standing: MoveStanding): Promise<void>;
  remove(tenant: string): Promise<void>;
  /** What is left to read of the move by which it came. */
  report(tenant: string): Promise<Move | null>;
  keepReport(move: Move): Promise<void>;
}
