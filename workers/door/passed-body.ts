/**
 * The body of a request that is handed on while it still comes in.
 *
 * The stream that comes in stays in this hand: when whoever the body is for is lost half-way, the rest is heard out, so that
 * the sender reads an answer instead of finding the connection closed.
 */
import { LIMITS } from '#contracts/limits';
import { letGo } from '#workers/door/request-body';

export interface PassedBody {
  stream: ReadableStream<Uint8Array>;
  /** Nobody takes it any more: what is still to come is read and let go, within bounds of size and time. */
  hearOut(): Promise<void>;
}

/** `through`: by which it goes, such as a FixedLengthStream, with which its length stays known. */
export function passOn(body: ReadableStream<Uint8Array>, through: ReadableWritablePair<Uint8Array, Uint8Array>): PassedBody {
  const source = oneReadAtATime(body);
  const writer = through.writable.getWriter();
  let giveUp = () => {};
  // What waits for a taker that is gone may wait for ever.
  const given = new Promise<'given up'>((resolve) => {
    giveUp = () => resolve('given up');
  });
  const pass = async () => {
    for (;;) {
      const part = await Promise.race([source.read(), given]);
      if (part === 'given up') return;
      if (part.done) return writer.close();
      if ((await Promise.race([writer.write(part.value), given])) === 'given up') return;
    }
  };
  // A sender that is gone leaves a body that is broken off; a taker that wants no more is told by its answer.
  const passed = pass().catch((error) => writer.abort(error).catch(() => undefined));
  return {
    stream: through.readable,
    async hearOut() {
      giveUp();
      await passed;
      await letGo(source, LIMITS.drained);
    },
  };
}

/** What comes from outside is read by one read at a time: whoever asks while one waits gets what that gets. */
function oneReadAtATime(body: ReadableStream<Uint8Array>): Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'> {
  const reader = body.getReader();
  let waiting: ReturnType<typeof reader.read> | undefined;
  return {
    read() {
      waiting ??= reader.read().finally(() => {
        waiting = undefined;
      });
      return waiting;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
