/**
 * One stream of server-sent events out of those of several regions. A region that cannot be reached, or whose stream
 * ends, is missing from then on; the own one ends the whole.
 */
const ENCODER = new TextEncoder();

/** Events stay whole: each stream is passed on up to the end of its last complete event. */
export function mergeStreams(own: ReadableStream<Uint8Array>, others: ReadableStream<Uint8Array>[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const readers = [own, ...others].map((stream) => stream.getReader());
  const pass = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
    const decoder = new TextDecoder();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      rest += decoder.decode(part.value, { stream: true });
      const end = rest.lastIndexOf('\n\n');
      if (end < 0) continue;
      await writer.write(ENCODER.encode(rest.slice(0, end + 2)));
      rest = rest.slice(end + 2);
    }
  };
  const [first, ...more] = readers.map(pass);
  for (const each of more) each.catch(() => undefined);
  first!
    .then(() => writer.close())
    .catch((error) => writer.abort(error))
    .catch(() => undefined)
    .finally(() => {
      for (const reader of readers) reader.cancel().catch(() => undefined);
    });
  writer.closed
    .catch(() => undefined)
    .finally(() => {
      for (const reader of readers) reader.cancel().catch(() => undefined);
    });
  return readable;
}
