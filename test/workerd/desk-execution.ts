/**
 * The real execution object, on real SQLite and real alarms, with a clock and counterparts that a test holds in its
 * hand, and an end of the runtime after any commit.
 */
import { type Board, type BreakpointHit, EMPTY_BOARD } from '#contracts/debugging';
import type { Definition } from '#contracts/definition';
import type { ProjectionMessage } from '#contracts/execution';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import { ExecutionObjectBase } from '#objects/execution';
import type { PlacePort } from '#objects/execution/place';
import type { ExecutionPorts } from '#objects/execution/ports';
import { MemoryArchiveStore } from '#storage/memory/archive-store';
import { MemoryEventWaits } from '#storage/memory/event-waits';
import { MemoryPayloadStore } from '#storage/memory/payload-store';
import type { ArchiveStore } from '#storage/ports';
import { type Answer, Counterpart } from '../unit/engine/counterpart.ts';
import { deskContext, deskEvaluator, type Script } from '../unit/engine/simulation.ts';

const UNBOUNDED: PlacePort = {
  hold: async () => ({ kind: 'held' }),
  enter: async () => ({ kind: 'granted' }),
  leave: async () => {},
  adopt: () => {},
  keep: async () => {},
  free: async () => {},
};

export interface Desk {
  definition: Definition;
  counterpart: Counterpart;
  /** Epoch ms. */
  now: number;
  commits: number;
  kill?: { commit: number; when: 'before-effects' | 'after-effects' };
  /** The instance that is to end, once the kill's commit is done. */
  doomed: boolean;
  pending: { effect: PerformEffect; answer: Answer; due: number; resolve: (outcome: StepOutcome) => void }[];
  projected: ProjectionMessage[];
  archives: ArchiveStore;
  /** Holds up whoever looks for the definition. */
  lookUp?: () => Promise<void>;
  retention_ms?: number;
  board: Board;
  /** Waits that events of the bus may find. */
  waits: MemoryEventWaits;
  announced: BreakpointHit[];
  /** What ends the runtime whenever it is run: a step by its type and input, or an effect by its step. */
  poison?: string;
  ringsAgain: boolean;
}

/** Shared by test and object, which run in one isolate. */
const shared = globalThis as unknown as { desk: Desk };

export function layDesk(definition: Definition, script: Script | undefined, kill?: Desk['kill'], board = EMPTY_BOARD): Desk {
  // Far ahead of the real clock, so that no alarm fires unless the test says so.
  const now = Date.UTC(2099, 0, 1);
  shared.desk = {
    definition,
    counterpart: new Counterpart(script),
    now,
    commits: 0,
    kill,
    doomed: false,
    pending: [],
    projected: [],
    archives: new MemoryArchiveStore(),
    board,
    waits: new MemoryEventWaits(),
    announced: [],
    ringsAgain: false,
  };
  return shared.desk;
}

export class DeskExecutionObject extends ExecutionObjectBase<unknown> {
  protected override readonly ports: ExecutionPorts = {
    definitions: {
      get: async () => {
        await shared.desk.lookUp?.();
        return shared.desk.definition;
      },
      put: async () => {},
      source: async () => null,
    },
    payloads: new MemoryPayloadStore(),
    archives: {
      put: (...file) => shared.desk.archives.put(...file),
      get: (...place) => shared.desk.archives.get(...place),
    },
    get retention_ms() {
      return shared.desk.retention_ms;
    },
    mask: (_rules, _tenant, _type, data) => data,
    evaluator: {
      ...deskEvaluator,
      run: (type, input, frame) => {
        if (this.#isPoison((input as { name?: string }).name)) this.#end();
        return deskEvaluator.run(type, input, frame);
      },
    },
    context: deskContext,
    now: () => shared.desk.now,
    // It waits until the test has it admitted.
    places: UNBOUNDED,
    gate: () => ({ enter: async () => ({ kind: 'queued', reason: 'concurrency', position: 1 }), leave: async () => {}, standing: async () => null }),
    dispatch: async () => {},
    board: () => shared.desk.board,
    waits: { put: (waits) => shared.desk.waits.put(waits), remove: (waits) => shared.desk.waits.remove(waits) },
    calls: { report: async () => {}, cancel: async () => {} },
    announce: async (hit) => {
      shared.desk.announced.push(hit);
    },
    project: async (message) => {
      if (shared.desk.doomed) return new Promise(() => {});
      shared.desk.projected.push(message);
    },
    publish: () => {
      const { desk } = shared;
      desk.commits++;
      if (desk.kill?.commit === desk.commits) desk.doomed = true;
    },
    performer: {
      perform: (effect) => {
        const { desk } = shared;
        if (desk.doomed && desk.kill?.when === 'before-effects') return new Promise(() => {});
        const answer = desk.counterpart.call(effect);
        // It goes out once its lease is on disk.
        if (this.#isPoison(effect.phase === 'run' ? effect.step : `${effect.step}:undo`)) return this.ctx.storage.sync().then(() => this.#end());
        if (desk.doomed) {
          desk.counterpart.unheard(effect, answer);
          return new Promise(() => {});
        }
        return new Promise((resolve) => desk.pending.push({ effect, answer, due: desk.now + answer.ms, resolve }));
      },
    },
  };

  /** As the platform rings again an alarm that has failed. */
  override alarm(): Promise<void> {
    return super.alarm({ isRetry: shared.desk.ringsAgain, retryCount: shared.desk.ringsAgain ? 1 : 0, scheduledTime: shared.desk.now });
  }

  #isPoison(name: string | undefined): boolean {
    return name !== undefined && name === shared.desk.poison;
  }

  /** The runtime ends, as it does when the memory is used up. */
  #end(): never {
    this.ctx.abort('the runtime ends here');
    throw new Error('the runtime ends here');
  }
}
