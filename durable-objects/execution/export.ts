/** An execution on its way out as one file: written while it is read, so that no more than a part of it is in memory. */
import type { History } from '#objects/execution/history';
import type { ExecutionPorts } from '#objects/execution/ports';
import { type ExportSource, exportLines } from '#portable/write';

const CHUNK = 64 * 1024;

export function exportStream(
  tenant: string,
  history: History,
  { definitions, payloads }: Pick<ExecutionPorts, 'definitions' | 'payloads'>,
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
  );
}

/** As far as the log has come by now. */
export function sourceOf(history: History): ExportSource {
  return { length: history.length, page: (from, limit) => history.page(from, limit) };
}

/** Lines as bytes, some at a time. */
export function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    // Streams that leave an object are of bytes.
    type: 'bytes',
    async pull(controller) {
      let text = '';
      while (text.length < CHUNK) {
        const { done, value } = await lines.next();
        if (done) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          controller.close();
          // A pending read into a buffer of the reader's own has to be answered.
          controller.byobRequest?.respond(0);
          return;
        }
        text += value;
      }
      controller.enqueue(encoder.encode(text));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
