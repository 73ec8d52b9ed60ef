/** CPU profiles of a Worker's isolate, taken over the inspector of the runtime. */

export interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number }; children?: number[] }[];
  /** Node of each sample, and the time since the sample before it, µs. */
  samples: number[];
  timeDeltas: number[];
}

export interface Sampler {
  start(): Promise<void>;
  stop(): Promise<Profile>;
}

const INTERVAL_US = 200;

/** `worker`: name of the Worker among those of the runtime. */
export async function samplerOf(inspectorPort: number, worker: string): Promise<Sampler> {
  const targets = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as { id: string; webSocketDebuggerUrl: string }[];
  const target = targets.find(({ id }) => id === `core:user:${worker}`);
  if (!target) throw new Error(`The runtime has no Worker ${worker} to look into.`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The inspector cannot be reached.')));
  });
  const waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  let last = 0;
  const ask = async (method: string, params: object = {}): Promise<unknown> => {
    const id = ++last;
    const answer = new Promise<{ result?: unknown; error?: { message: string } }>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  return {
    async start() {
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval: INTERVAL_US });
      await ask('Profiler.start');
    },
    async stop() {
      const { profile } = (await ask('Profiler.stop')) as { profile: Profile };
      socket.close();
      return profile;
    },
  };
}
