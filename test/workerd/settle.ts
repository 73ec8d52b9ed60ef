/**
 * Lets objects go on from where they stand, as their alarms would. An alarm that the runtime rings by itself meanwhile is as good:
 * it is waited for, for while it is at work none may be set.
 */
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { hexFromExecutionId } from '#contracts/ids';

const atWork = new WeakMap<object, Promise<unknown>>();

/** For the class of an object: its alarm, known to those who wait for it. */
export function known(object: object, rings: Promise<void>): Promise<void> {
  atWork.set(object, Promise.allSettled([atWork.get(object), rings]));
  return rings;
}

/** Of an object whose class makes its alarm known. */
export const ring = (stub: DurableObjectStub): Promise<void> =>
  runInDurableObject(stub, async (object, { storage }) => {
    await atWork.get(object);
    if ((await storage.getAlarm()) === null) return;
    await storage.deleteAlarm();
    await object.alarm!();
  });

/** One execution: whoever has its answer may be ahead of the lists, into which its row comes beside it. */
export const handedOver = (id: string): Promise<void> => ring(env.EXECUTION.get(env.EXECUTION.idFromString(hexFromExecutionId(id)!)));

/** Every execution. */
export const settle = (): Promise<void> => ringAll(env.EXECUTION);

/** Every execution, and whoever is told of what becomes of it. */
export async function observe(): Promise<void> {
  await settle();
  await ringAll(env.OBSERVER);
}

async function ringAll(namespace: DurableObjectNamespace): Promise<void> {
  for (const id of await listDurableObjectIds(namespace)) await ring(namespace.get(id));
}
