import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nestsDeeperThan } from '#contracts/json';
import { readJson, readText } from '#workers/api/body';

const request = (body: BodyInit | undefined, headers: Record<string, string> = {}) => new Request('http://x/', { method: 'POST', body, headers });
const codeOf = (attempt: Promise<unknown>) => attempt.then(() => 'none').catch((error: { code?: string }) => error.code);
const schema = z.strictObject({ a: z.number().optional() });

/** A body that never ends, as long as somebody reads. */
function endless(): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    cancel: () => {
      cancelled = true;
    },
  });
  return { stream, cancelled: () => cancelled };
}

describe('readText', () => {
  it('stops reading at the limit', async () => {
    const { stream, cancelled } = endless();
    const streaming = new Request('http://x/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
    expect(await codeOf(readText(streaming, 10_000))).toBe('body_too_large');
    expect(cancelled()).toBe(true);
  });

  it('takes exactly the limit, and counts bytes, not letters', async () => {
    expect(await readText(request('äää'), 6)).toBe('äää');
    expect(await codeOf(readText(request('ääää'), 7))).toBe('body_too_large');
  });

  it('refuses what is not UTF-8', async () => {
    expect(await codeOf(readText(request(new Uint8Array([0xff, 0xfe])), 10))).toBe('invalid_request');
  });
});

describe('nestsDeeperThan', () => {
  it.each<[string, number, boolean]>([
    ['[[1]]', 2, false],
    ['[[1]]', 1, true],
    ['[{"a":[]},[[]],{}]', 3, false],
    ['[{"a":[]},[[]],{}]', 2, true],
    ['["[[[[", "\\"[[[", {"[{[": 1}]', 2, false],
    ['"unfinished \\', 0, false],
    [']]][[[', 1, false],
  ])('%s beyond %i: %s', (text, max, expected) => {
    expect(nestsDeeperThan(max, text)).toBe(expected);
  });
});

describe('readJson', () => {
  it.each<[string, string | undefined, Record<string, string>, string]>([
    ['JSON', '{"a":1}', { 'content-type': 'application/json; charset=utf-8' }, 'none'],
    ['JSON of a kind', '{"a":1}', { 'content-type': 'application/merge-patch+json' }, 'none'],
    ['JSON as curl sends it', '{"a":1}', { 'content-type': 'application/x-www-form-urlencoded' }, 'none'],
    ['nothing', undefined, {}, 'none'],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 'unsupported_media_type'],
    ['half of JSON', '{"a":', { 'content-type': 'application/json' }, 'invalid_json'],
    ['JSON too deep', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, { 'content-type': 'application/json' }, 'invalid_json'],
    ['other keys', '{"b":1}', { 'content-type': 'application/json' }, 'invalid_request'],
    ['a list', '[]', { 'content-type': 'application/json' }, 'invalid_request'],
    ['null', 'null', { 'content-type': 'application/json' }, 'invalid_request'],
  ])('%s', async (_title, body, headers, code) => {
    expect(await codeOf(readJson(request(body, headers), schema))).toBe(code);
  });
});
