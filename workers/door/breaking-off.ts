/**
 * On one machine: an answer whose source breaks off half-way breaks off the connection of whoever reads it.
 *
 * The local runtime ends the transfer of a stream that fails as if it was whole (github.com/cloudflare/workerd/issues/6818). While
 * it writes a part it cannot: so it is given one more, and the request is ended before that is through. Nobody gets that part.
 *
 * 1. An answer whose length is told is left alone: the runtime breaks it off by itself. So is one that is packed: it would be
 *    unpacked and packed anew, and its own end says whether it is whole.
 * 2. A part is read when the one before it was taken.
 */

/** Ends the request where it stands (`ExecutionContext.abort`). */
export type Abort = (reason: unknown) => void;

/** Turns of the microtask queue after which the runtime writes what it was given, with many to spare. Written it is only after them. */
const TURNS = 50;

/** `undefined` in hosted mode, where the runtime needs no help, and where an answer stays in this process. */
export function abortOf(hosted: boolean, ctx: Pick<ExecutionContext, 'waitUntil'> & { abort?: Abort }): Abort | undefined {
  return hosted || !ctx.abort ? undefined : (reason) => ctx.abort!(reason);
}

/** The same answer. */
export function breakingOff(response: Response, abort: Abort | undefined): Response {
  const { body, headers } = response;
  if (!abort || !body || headers.has('content-length') || headers.has('content-encoding')) return response;
  const reader = body.getReader();
  const passed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const part = await reader.read();
          if (part.done) controller.close();
          else controller.enqueue(part.value);
        } catch (error) {
          controller.enqueue(new Uint8Array(1));
          for (let turn = 0; turn < TURNS; turn++) await null;
          abort(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(passed, response);
}
