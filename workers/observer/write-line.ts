/** Lines of an application that no execution writes. */
import { waitUntil } from 'cloudflare:workers';
import type { AppLogLine, ObservedApplication } from '#contracts/observation';
import type { RegionEnv } from '#workers/env';
import { notedObserver } from '#workers/observer/observers';

/** Written behind the answer that it is about, and lost where the runtime ends with it. Resolves when it is written, or was lost. */
export function writeLine(env: RegionEnv, application: ObservedApplication, line: Omit<AppLogLine, 'at'>, keepMs: number): Promise<void> {
  const write = async () => (await notedObserver(env, application)).write(application, [{ at: new Date().toISOString(), ...line }], keepMs);
  const written = write().catch((error: unknown) =>
    console.error(JSON.stringify({ level: 'error', code: 'observation_failed', message: String(error), ...application })),
  );
  waitUntil(written);
  return written;
}
