/** An answer as a step sees it: read whole, counted while it is read, and dropped when it is too large. */
import type { Problem } from '#contracts/problems';
import type { HttpReply } from '#steps/define-step';
import { joinedBytes } from '#workers/door/joined-bytes';
import { headersForStep } from '#workers/egress/headers';

export interface ReplyBounds {
  /** Bytes. */
  limit: number;
  /** The answer of a HEAD: it tells a length, and has no body. */
  headOnly?: boolean;
  tooLarge(): Problem;
  /** Told of what was read, also of an answer that is dropped. */
  counted?: (bytes: number) => void;
}

/** Throws what `tooLarge` makes. */
export async function replyOf(response: Response, bounds: ReplyBounds): Promise<HttpReply> {
  const { limit, headOnly, tooLarge } = bounds;
  const headers = headersForStep(response.headers);
  const length = headers['content-length'];
  if (!headOnly && Number(length ?? 0) > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  // A body is never longer than it says, but where it is packed, or comes in chunks: those are what counts then.
  const isBounded = length !== undefined && headers['content-encoding'] === undefined && !response.headers.has('transfer-encoding');
  return { status: response.status, headers, ...textOf(await bytesOf(response, isBounded, bounds)) };
}

async function bytesOf(response: Response, isBounded: boolean, { limit, tooLarge, counted }: ReplyBounds): Promise<Uint8Array> {
  if (isBounded) {
    const whole = new Uint8Array(await response.arrayBuffer());
    counted?.(whole.byteLength);
    return whole;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    counted?.(part.value.byteLength);
    if (size > limit) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(part.value);
  }
  return joinedBytes(chunks, size);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** UTF-8 is text; everything else is base64. */
function textOf(bytes: Uint8Array): { body: string; encoding?: 'base64' } {
  try {
    return { body: UTF8.decode(bytes) };
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { body: btoa(text), encoding: 'base64' };
  }
}
