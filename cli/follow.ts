/** A live stream of the platform, for as long as the process runs: one that breaks off is opened again. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, open } from '#cli/client';
import { Failure, type Surroundings } from '#cli/command';
import { messagesOf, type StreamMessage } from '#cli/event-stream';

const AGAIN_MS = 1_000;
/** A stream that is lost is asked for this often before it is given up. */
const PATIENCE = 30;

/** Throws Failure when it cannot be opened, or not again. */
export async function* followed(connection: Connection, path: string, { note }: Pick<Surroundings, 'note'>): AsyncGenerator<StreamMessage> {
  for (let stream = await open(connection, path); ; stream = await reopen(connection, path)) {
    note('Watching. Ctrl-C ends it.');
    try {
      yield* messagesOf(stream as unknown as AsyncIterable<Uint8Array>);
    } catch {
      // The connection broke; what matters is said below.
    }
    note('The stream has ended. Events of the time until the next one are in the executions themselves.');
  }
}

async function reopen(connection: Connection, path: string): Promise<ReadableStream<Uint8Array>> {
  for (let attempt = 1; ; attempt++) {
    await pause(AGAIN_MS);
    try {
      return await open(connection, path);
    } catch (error) {
      if (!(error instanceof Failure) || attempt >= PATIENCE) throw error;
    }
  }
}
