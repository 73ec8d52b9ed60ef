/** What an execution object leans on; the composition root gives it. */

import type { GateRpc } from '#contracts/admission';
import type { Board, BoardName, BreakpointHit } from '#contracts/debugging';
import type { ProjectionMessage } from '#contracts/execution';
import type { DetachedMessage } from '#contracts/execution-rpc';
import type { LiveMessage } from '#contracts/live-rpc';
import type { EventMask, Performer } from '#engine/ports';
import type { World } from '#engine/turn';
import type { CallPorts } from '#objects/execution/calls';
import type { PlacePort } from '#objects/execution/place';
import type { EventWaits } from '#storage/execution-ports';
import type { ArchiveStore, DefinitionStore, PayloadStore } from '#storage/ports';

export interface ExecutionPorts {
  definitions: DefinitionStore;
  payloads: PayloadStore;
  archives: ArchiveStore;
  performer: Performer;
  evaluator: World['evaluator'];
  context: World['context'];
  mask: EventMask;
  /** Hands the index its row. */
  project(message: ProjectionMessage): Promise<void>;
  /** Hands a detached attempt to the queue. */
  dispatch(message: DetachedMessage): Promise<void>;
  /** The gate of this name. */
  gate(name: string): GateRpc;
  /** Places among what its tenant has at work. */
  places: PlacePort;
  /** Tells those who watch. Must not throw, and is not waited for; `messages` is called only if somebody may. */
  publish(tenant: string, messages: () => LiveMessage[]): void;
  /** How long finished executions stay in their objects where the pipeline says nothing, ms; without it, for ever. */
  retention_ms?: number;
  /** What stands on the pipeline's board; at most a second old. */
  board(name: BoardName): Board | Promise<Board>;
  /** Where events of the bus find the executions that wait for them. */
  waits: Pick<EventWaits, 'put' | 'remove'>;
  /** The other ends of calls. */
  calls: CallPorts;
  /** Tells that a breakpoint was hit. */
  announce(hit: BreakpointHit): Promise<void>;
  /** Epoch ms. */
  now(): number;
}
