/** The real gate's object over executions by script, which test and object share in one isolate. */
import { GateObjectBase } from '#objects/gate';
import { ScriptedPeers } from '../conformance/gate.ts';

const shared = globalThis as unknown as { gatePeers?: Map<string, ScriptedPeers> };
shared.gatePeers ??= new Map();

export function scriptedPeers(id: string): ScriptedPeers {
  const known = shared.gatePeers!.get(id) ?? new ScriptedPeers();
  shared.gatePeers!.set(id, known);
  return known;
}

export class DeskGateObject extends GateObjectBase<unknown> {
  protected override readonly peers = scriptedPeers(this.ctx.id.toString());
}
