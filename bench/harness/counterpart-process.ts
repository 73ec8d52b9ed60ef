/** The counterpart, from the side of those who start it. */
import { startChild } from './channel.ts';

export interface Counterpart {
  origin: string;
  /** Calls by path since it was last asked. */
  hits(): Promise<Record<string, number>>;
  end(): Promise<void>;
}

export async function startCounterpart(): Promise<Counterpart> {
  const child = startChild('./counterpart.ts');
  const { port } = await child.hear<{ port: number }>();
  const origin = `http://127.0.0.1:${port}`;
  return { origin, hits: async () => (await fetch(`${origin}/hits`)).json() as Promise<Record<string, number>>, end: () => child.end() };
}
