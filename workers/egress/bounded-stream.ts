/**
 * An answer that streams on, counted while it does, and never held: a part is read when the one before it was taken.
 *
 * 1. It ends in one of three ways, once: whole, given up by the reader, or broken off by a bound or by the other side.
 *    Broken off, the reader sees an error and never a shorter answer that looks whole.
 * 2. Whichever way, the source is let go of and the deadline stopped. The deadline holds also while nobody reads, and while
 *    a part is held back.
 */
import type { Problem } from '#contracts/problems';
import type { Deadline } from '#workers/egress/deadline';

export interface Bounds {
  limit: number;
  deadline: Deadline;
  tooLarge(): Problem;
  tooLate(): Problem;
  lost(cause: unknown): Problem;
  /** Told once of an answer that was broken off. The reader sees the end when what this gives has come to its own. */
  broken(problem: Problem, bytes: number): Promise<void> | undefined;
  /** Asked before each part but the first, which goes with the head; resolves when it may go on. */
  pace?(signal: AbortSignal): Promise<void>;
  /** Told of each part. */
  passed?(bytes: number): void;
  /** Told once, whichever way it ended. */
  ended?(): void;
}

export function boundedStream(source: ReadableStream<Uint8Array>, { limit, deadline, ...bounds }: Bounds): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let bytes = 0;
  let ended = false;
  const over = new AbortController();
  const end = () => {
    ended = true;
    deadline.stop();
    over.abort();
    bounds.ended?.();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const late = () => breakOff(controller, bounds.tooLate());
        if (deadline.signal.aborted) late();
        else deadline.signal.addEventListener('abort', late, { once: true });
      },
      async pull(controller) {
        try {
          const part = await reader.read();
          if (ended) return;
          if (part.done) {
            end();
            controller.close();
            return;
          }
          if (bytes > 0) await bounds.pace?.(over.signal);
          if (ended) return;
          bytes += part.value.byteLength;
          bounds.passed?.(part.value.byteLength);
          if (bytes > limit) breakOff(controller, bounds.tooLarge());
          else controller.enqueue(part.value);
        } catch (cause) {
          breakOff(controller, bounds.lost(cause));
        }
      },
      async cancel(reason) {
        if (!ended) end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );

  function breakOff(controller: ReadableStreamDefaultController<Uint8Array>, problem: Problem): void {
    if (ended) return;
    end();
    const told = bounds.broken(problem, bytes);
    if (told) told.finally(() => controller.error(problem));
    else controller.error(problem);
    // The source may have ended in its own way already.
    reader.cancel(problem).catch(() => undefined);
  }
}
