/**
 * Bodies as they come in: counted while they are read, and never held beyond their bound.
 *
 * 1. A body comes within its time, which grows with what has come: who sends a byte now and then is not waited for.
 * 2. A body that comes in chunks is as long as they are, whatever else it says of its length.
 * 3. Whoever is refused for its size is heard out first, within bounds of size and time: an answer given to somebody who still
 *    writes is lost with the connection.
 */
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { joinedBytes } from '#workers/door/joined-bytes';

/** How long a refused sender is listened to, ms. */
const PATIENCE_MS = 10_000;

/** Bytes that a body says it has, and cannot have more of; `undefined` where that is not known before it has come. */
export function toldLength(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('transfer-encoding') ? undefined : Number(length);
}

/** The whole body, or `undefined` when it is larger than `limit`; what is too much is read and let go. Throws Problem: body_too_slow, invalid_request. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await read(request, limit);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('invalid_request', 'The body was broken off, or is not written as HTTP says.', { cause: error });
  }
}

async function read(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const length = toldLength(request.headers);
  if (length !== undefined && length <= limit) return new Uint8Array(await inTime(request.arrayBuffer(), timeFor(length)));
  const { body } = request;
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  const start = await readStart(reader, limit);
  if (start === undefined) await letGo(reader, LIMITS.drained - limit);
  return start;
}

/** As far as `limit`; `undefined` when there is more, which stays in the reader. Throws Problem('body_too_slow'). */
export async function readStart(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const begun = Date.now();
  const next = () => inTime(reader.read(), timeFor(size) - (Date.now() - begun));
  for (let part = await next(); !part.done; part = await next()) {
    size += part.value.byteLength;
    if (size > limit) return undefined;
    chunks.push(part.value);
  }
  return joinedBytes(chunks, size);
}

/** The same body, part by part, for who reads it as it comes: it ends with Problem('body_too_slow') when its time is over. */
export function timedBody(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let size = 0;
  const begun = Date.now();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = await inTime(reader.read(), timeFor(size) - (Date.now() - begun));
        if (part.done) return controller.close();
        size += part.value.byteLength;
        controller.enqueue(part.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function timeFor(bytes: number): number {
  return LIMITS.bodyMs + (bytes / LIMITS.bodyBytesPerSecond) * 1000;
}

async function inTime<T>(reading: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('body_too_slow')), Math.max(0, ms));
  });
  // Given up, it may still fail, with the connection; nobody listens then.
  reading.catch(() => undefined);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** So much of a body that nobody reads the runtime lets go itself, and keeps the connection. */
const LET_GO_BYTES = 16 * 1024;

/** At the end of every request: a body that nobody has read is read and let go. */
export async function hearOut(request: Request): Promise<void> {
  // Asking for the stream makes one.
  if (request.bodyUsed) return;
  const length = toldLength(request.headers);
  if (length !== undefined && length <= LET_GO_BYTES) return;
  const { body } = request;
  if (body && !body.locked) await letGo(body.getReader(), LIMITS.drained);
}

/** What is to come is read and let go, within bounds of size and time. */
export async function letGo(reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>, limit: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overTime = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    for (let left = limit; left > 0; ) {
      const part = await Promise.race([reader.read(), overTime]);
      if (part?.done) return;
      if (!part) break;
      left -= part.value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender has gone; there is nobody to listen to.
  } finally {
    clearTimeout(timer);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** `undefined` when the bytes are not UTF-8. A byte order mark is left out. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
