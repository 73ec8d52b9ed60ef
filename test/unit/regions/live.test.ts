/** Several streams of events as one. */
import { expect, it } from 'vitest';
import { mergeStreams } from '#workers/regions/live';

/** A stream that is written to by hand. */
function source() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
  const writer = writable.getWriter();
  return { readable, say: (text: string) => writer.write(new TextEncoder().encode(text)), end: () => writer.close(), closed: writer.closed };
}

it('keeps events whole, whatever pieces they come in, and ends with the own stream', async () => {
  const [own, other] = [source(), source()];
  const merged = mergeStreams(own.readable, [other.readable]);
  const text = new Response(merged).text();
  await own.say('retry: 1000\n\n');
  await other.say('data: {"a"');
  await own.say('data: own\n\n');
  await other.say(':"é"}\n\nda');
  await own.end();
  const all = await text;
  expect(all.split('\n\n').sort()).toEqual(['', 'data: own', 'data: {"a":"é"}', 'retry: 1000'].sort());
});

it('goes on when another stream breaks off', async () => {
  const own = source();
  const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('gone')) });
  const text = new Response(mergeStreams(own.readable, [broken])).text();
  await own.say('data: 1\n\n');
  await own.end();
  expect(await text).toBe('data: 1\n\n');
});

it('lets go of all streams when nobody reads any more', async () => {
  const [own, other] = [source(), source()];
  await mergeStreams(own.readable, [other.readable]).cancel();
  await expect(other.closed).rejects.toBeUndefined();
  await expect(own.closed).rejects.toBeUndefined();
});
