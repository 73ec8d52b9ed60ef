/**
 * A timeout that can be taken back. `AbortSignal.timeout` cannot: its timer would keep an object in memory, and on the
 * bill, until it fires, long after the call it was for has ended.
 */
export interface Deadline {
  signal: AbortSignal;
  stop(): void;
}

export function deadlineAfter(ms: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`more than ${ms} ms`, 'TimeoutError')), ms);
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}
