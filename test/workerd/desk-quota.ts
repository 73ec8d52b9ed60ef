/** The real object of a bound over executions by script, which test and object share in one isolate. */
import { QuotaObjectBase } from '#objects/quota';
import { ScriptedWaiters } from '../conformance/quota.ts';

const shared = globalThis as unknown as { waiters?: Map<string, ScriptedWaiters> };
shared.waiters ??= new Map();

export function scriptedWaiters(id: string): ScriptedWaiters {
  const known = shared.waiters!.get(id) ?? new ScriptedWaiters();
  shared.waiters!.set(id, known);
  return known;
}

export class DeskQuotaObject extends QuotaObjectBase<unknown> {
  protected override readonly peers = scriptedWaiters(this.ctx.id.toString());
}
