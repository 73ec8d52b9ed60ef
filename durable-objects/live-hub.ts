/**
 * Who watches a tenant's executions, and what they are told. One object per tenant, nothing on disk.
 *
 * Invariants
 * 1. Gapless: a publisher that was told to be quiet is quiet for QUIET_MS at most, and a subscription is
 *    confirmed only after that time. What is started after the confirmation is seen.
 * 2. A watcher that does not read is cut off; it never holds up the others.
 * 3. Whoever watches shows again every quarter of an hour who they are: a stream ends then, and its client connects anew. So a
 *    key that was deleted, or a role that was taken, shows nothing for longer than that.
 * 4. Nobody is refused because of a watcher who has gone.
 */
import { DurableObject } from 'cloudflare:workers';
import type { LiveFilter, LiveHubRpc, LiveMessage, LiveWatch } from '#contracts/live-rpc';
import { fitsLine } from '#engine/log-lines';

const QUIET_MS = 200;
const HEARTBEAT_MS = 15_000;
/** As long as a token of a program is good. */
const WATCHED_MS = 15 * 60_000;
/** So long after something was written, it is known whether anybody is there, ms. */
const NOTICED_MS = 100;
/** Messages a watcher may be behind. */
const BACKLOG = 2_000;

interface Watcher {
  filter: LiveFilter;
  /** The credential, where streams are counted. */
  by?: string | undefined;
  /** Epoch ms. */
  until: number;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

export class LiveHubObject<Env = unknown> extends DurableObject<Env> implements LiveHubRpc {
  readonly #watchers = new Set<Watcher>();
  #quietUntil = 0;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  async publish(messages: LiveMessage[]): Promise<{ quiet_ms: number }> {
    for (const watcher of this.#watchers) {
      const frame = watcher.filter.lines ? lineFrame : eventFrame;
      const text = messages.filter((message) => matches(message, watcher.filter)).map(frame);
      if (text.length > 0) this.#write(watcher, text.join(''));
    }
    if (this.#watchers.size > 0) return { quiet_ms: 0 };
    this.#quietUntil = Date.now() + QUIET_MS;
    return { quiet_ms: QUIET_MS };
  }

  async subscribe(filter: LiveFilter, watch?: LiveWatch): Promise<ReadableStream<Uint8Array> | null> {
    if (watch && !(await this.#hasRoom(watch))) return null;
    let watcher: Watcher | undefined;
    const stream = new ReadableStream<Uint8Array>(
      {
        type: undefined,
        start: (controller) => {
          watcher = { filter, by: watch?.by, until: Date.now() + WATCHED_MS, controller };
          this.#watchers.add(watcher);
          this.#write(watcher, 'retry: 1000\n\n');
        },
        cancel: () => {
          if (watcher) this.#drop(watcher);
        },
      },
      { highWaterMark: BACKLOG },
    );
    this.#heartbeat ??= setInterval(() => this.beat(Date.now()), HEARTBEAT_MS);
    const wait = this.#quietUntil - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // RPC carries byte streams only.
    return stream.pipeThrough(new IdentityTransformStream());
  }

  async watching(): Promise<number> {
    return this.#watchers.size;
  }

  /** Whoever has gone is noticed by what is written to them: so it is written before anybody is refused. */
  async #hasRoom(watch: LiveWatch): Promise<boolean> {
    if (!this.#isFull(watch)) return true;
    this.beat(Date.now());
    await new Promise((resolve) => setTimeout(resolve, NOTICED_MS));
    return !this.#isFull(watch);
  }

  #isFull({ by, most, most_each }: LiveWatch): boolean {
    if (this.#watchers.size >= most) return true;
    let own = 0;
    for (const watcher of this.#watchers) if (watcher.by === by) own++;
    return own >= most_each;
  }

  /** Tells watchers that they are heard, and ends those whose time is over. `now`: epoch ms. */
  beat(now: number): void {
    for (const watcher of this.#watchers) {
      if (watcher.until <= now) this.#end(watcher);
      else this.#write(watcher, ': still here\n\n');
    }
  }

  #end(watcher: Watcher): void {
    this.#drop(watcher);
    try {
      watcher.controller.close();
    } catch {
      // The other side has gone.
    }
  }

  #write(watcher: Watcher, text: string): void {
    try {
      if ((watcher.controller.desiredSize ?? 0) <= 0) {
        this.#end(watcher);
        return;
      }
      watcher.controller.enqueue(new TextEncoder().encode(text));
    } catch {
      // The other side has gone.
      this.#drop(watcher);
    }
  }

  #drop(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    }
  }
}

function matches(message: LiveMessage, filter: LiveFilter): boolean {
  if (filter.execution_id && filter.execution_id !== message.execution_id) return false;
  if (filter.workflow_ids && !filter.workflow_ids.includes(message.workflow_id)) return false;
  if (filter.workflow && filter.workflow !== message.workflow) return false;
  if (filter.environment && filter.environment !== message.environment) return false;
  if (filter.status && filter.status !== message.status) return false;
  if (filter.lines && !(message.line && fitsLine(message.line, filter.lines))) return false;
  for (const [name, value] of Object.entries(filter.attr ?? {})) if (message.attributes?.[name] !== value) return false;
  if (!filter.pipeline) return true;
  return filter.pipeline === message.pipeline || filter.pipeline === `${message.workflow}.${message.pipeline}`;
}

function eventFrame(message: LiveMessage): string {
  const { execution_id, seq, at, tenant, workflow, workflow_id, environment, pipeline, status, data } = message;
  const body = { execution_id, seq, at, tenant, workflow, workflow_id, environment, pipeline, execution_status: status, ...data };
  return `id: ${execution_id}:${seq}\nevent: ${message.event}\ndata: ${JSON.stringify(body)}\n\n`;
}

function lineFrame({ execution_id, seq, line }: LiveMessage): string {
  return `id: ${execution_id}:${seq}\nevent: log\ndata: ${JSON.stringify(line)}\n\n`;
}
