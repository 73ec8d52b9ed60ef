/** Bodies as they come in: bounded in size, and in time that grows with what has come. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '#contracts/limits';
import { readBody, timedBody } from '#workers/door/request-body';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request whose body comes in pieces, one each `everyMs`; `length`: what it says of its size. */
function dripping(pieces: number, bytes: number, everyMs: number, length?: number): Request {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent === pieces) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      sent++;
      controller.enqueue(new Uint8Array(bytes));
    },
  });
  const headers = length === undefined ? {} : { 'content-length': String(length) };
  return new Request('http://acme.test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

async function outcome(request: Request, limit = 1024 * 1024): Promise<string> {
  let said = 'nothing yet';
  void readBody(request, limit).then(
    (bytes) => {
      said = bytes ? `${bytes.byteLength} bytes` : 'too large';
    },
    (error) => {
      said = error.code;
    },
  );
  for (let waited = 0; waited < 300_000 && said === 'nothing yet'; waited += 500) await vi.advanceTimersByTimeAsync(500);
  return said;
}

describe.each([
  ['with its length', true],
  ['in chunks', false],
])('a body %s', (_, says) => {
  const request = (pieces: number, bytes: number, everyMs: number) => dripping(pieces, bytes, everyMs, says ? pieces * bytes : undefined);

  it('is read while it comes', async () => {
    expect(await outcome(request(4, 100, 1000))).toBe('400 bytes');
  });

  it('that comes byte by byte is given up', async () => {
    expect(await outcome(request(100, 1, 1000))).toBe('body_too_slow');
  });

  it('that is large has more time', async () => {
    expect(await outcome(request(20, LIMITS.bodyBytesPerSecond, 1200), 4 * 1024 * 1024)).toBe(`${20 * LIMITS.bodyBytesPerSecond} bytes`);
  });
});

it('that is read as it comes has the same time', async () => {
  const read = async (request: Request) => {
    let said = 'nothing yet';
    void new Response(timedBody(request.body!)).arrayBuffer().then(
      (bytes) => {
        said = `${bytes.byteLength} bytes`;
      },
      (error) => {
        said = error.code;
      },
    );
    for (let waited = 0; waited < 300_000 && said === 'nothing yet'; waited += 500) await vi.advanceTimersByTimeAsync(500);
    return said;
  };
  expect([await read(dripping(4, 100, 1000)), await read(dripping(100, 1, 1000))]).toEqual(['400 bytes', 'body_too_slow']);
});

it('that never comes is given up after ten seconds', async () => {
  const silent = new Request('http://acme.test/', { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit);
  expect(await outcome(silent)).toBe('body_too_slow');
});

it('a body in chunks is counted, whatever it says of its length', async () => {
  const request = dripping(3, 1000, 0, 10);
  request.headers.set('transfer-encoding', 'chunked');
  expect(await outcome(request, 2500)).toBe('too large');
});

it('a body that breaks off is the sender’s fault', async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('gone')) });
  const request = new Request('http://acme.test/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(await outcome(request)).toBe('invalid_request');
});
