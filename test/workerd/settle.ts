/** Lets every execution go on from where its start left it, as its alarm would. */
import { listDurableObjectIds, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

export async function settle(): Promise<void> {
  for (const id of await listDurableObjectIds(env.EXECUTION)) await runDurableObjectAlarm(env.EXECUTION.get(id));
}
