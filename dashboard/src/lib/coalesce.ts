/** Many calls, few runs: the first runs at once, those that come while it runs or within the gap become one more run. */
export interface Timers {
  now(): number;
  /** Calls back after `ms`; the answer cancels. */
  after(ms: number, call: () => void): () => void;
}

export interface Coalescer {
  request(): void;
  stop(): void;
}

/** `run` never overlaps itself, and starts at least `gapMs` after its last start. Its rejections are its own business. */
export function coalesce(run: () => Promise<void>, gapMs: number, timers: Timers): Coalescer {
  let running = false;
  let wanted = false;
  let stopped = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;

  const next = () => {
    if (stopped || running || cancelTimer || !wanted) return;
    const wait = startedAt + gapMs - timers.now();
    if (wait > 0) {
      cancelTimer = timers.after(wait, () => {
        cancelTimer = undefined;
        next();
      });
      return;
    }
    wanted = false;
    running = true;
    startedAt = timers.now();
    run()
      .catch(() => {})
      .finally(() => {
        running = false;
        next();
      });
  };
  return {
    request() {
      wanted = true;
      next();
    },
    stop() {
      stopped = true;
      cancelTimer?.();
    },
  };
}

export const browserTimers: Timers = {
  now: () => performance.now(),
  after(ms, call) {
    const id = setTimeout(call, ms);
    return () => clearTimeout(id);
  },
};
