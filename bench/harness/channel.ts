/** Child processes of the bench, and questions to them over IPC: one message there, one message back. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Child {
  pid: number;
  /** Sends a message and resolves with the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  /** The next message, without having asked. */
  hear<T>(): Promise<T>;
  /** Ends the process: it is told by the closed channel, and cleans up behind itself. */
  end(): Promise<void>;
}

/** Starts a script of this folder under the same Node. */
export function startChild(script: string): Child {
  const child: ChildProcess = fork(join(import.meta.dirname, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const hear = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (message) => {
        const failure = (message as { failure?: string } | null)?.failure;
        if (failure && Object.keys(message).length === 1) reject(new Error(failure));
        else resolve(message as T);
      });
      ended.then((code) => reject(new Error(`${script} ended with code ${code}.`)));
    });
  return {
    pid: child.pid!,
    hear,
    ask<T>(message: object) {
      const answer = hear<T>();
      child.send(message);
      return answer;
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
