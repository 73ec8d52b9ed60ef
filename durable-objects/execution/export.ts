/** An execution on its way out as one file: written while it is read, so that no more than a part of it is in memory. */
import type { History } from '#objects/execution/history';
import type { ExecutionPorts } from '#objects/execution/ports';
import { type ExportSource, exportLines } from '#portable/write';

const CHUNK = 64 * 1024;

/** `ended`: called once, however it ends. */
export function exportStream(
  tenant: string,
  history: History,
  { definitions, payloads }: Pick<ExecutionPorts, 'definitions' | 'payloads'>,
  ended: () => void,
): ReadableStream<Uint8Array> {
  return streamOf(
    exportLines({
      ...sourceOf(history),
      export: {
        definition: async (hash) => {
          const definition = await definitions.get(tenant, hash);
          return definition && { definition, source: await definitions.source(tenant, hash) };
        },
        payload: ({ key }) => payloads.get(key),
      },
    }),
    ended,
  );
}

/** As far as the log has come by now. */
export function sourceOf(history: History): ExportSource {
  return { length: history.length, page: (from, limit) => history.page(from, limit) };
}

/** Lines as bytes, some at a time. */
function streamOf(lines: AsyncGenerator<string>, ended: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    // Streams that leave an object are of bytes.
    type: 'bytes',
    async pull(controller) {
      const { text, done } = await chunkOf(lines).catch((error) => {
        ended();
        throw error;
      });
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (!done) return;
      ended();
      controller.close();
      // A pending read into a buffer of the reader's own has to be answered.
      controller.byobRequest?.respond(0);
    },
    async cancel() {
      ended();
      await lines.return(undefined);
    },
  });
}

async function chunkOf(lines: AsyncGenerator<string>): Promise<{ text: string; done: boolean }> {
  let text = '';
  while (text.length < CHUNK) {
    const next = await lines.next();
    if (next.done) return { text, done: true };
    text += next.value;
  }
  return { text, done: false };
}
