/**
 * The execution at its gate: asks before the first step, and leaves after the last.
 *
 * Invariants
 * 1. The start is on disk before the gate hears of it, so the gate never holds a place for nobody.
 * 2. The execution has left before its alarm goes: a place is freed whatever crashes.
 */
import { type GateRpc, gateName } from '#contracts/admission';
import { awaitsAdmission, hasEnded } from '#engine/state';
import type { Desk } from '#objects/execution/controls';

export interface AdmissionSite {
  /** Of this object, whatever its log says. */
  id(): string;
  /** Brought in from a file, to be looked at only. */
  isImported(): boolean;
  gate(name: string): GateRpc;
}

export class Admission {
  readonly #desk: Desk;
  readonly #site: AdmissionSite;
  #hasLeft = false;

  constructor(desk: Desk, site: AdmissionSite) {
    this.#desk = desk;
    this.#site = site;
  }

  /** Asks where the answer is open, or may have been lost. `run`: a caller waits, so go on at once. */
  async settle(run: boolean): Promise<void> {
    const { admission: request, tenant_id: tenant } = this.#desk.state().facts;
    if (!request || !awaitsAdmission(this.#desk.state()) || this.#site.isImported()) return;
    const answer = await this.#gate().enter({ tenant, execution_id: this.#site.id(), request });
    await this.#desk.submit({ type: 'admission', answer, run });
  }

  /** Whether nothing of it is left at the gate. */
  get hasLeft(): boolean {
    return this.#hasLeft || this.#desk.state().facts.admission === undefined || this.#site.isImported();
  }

  /** Once it has ended. */
  async leave(): Promise<void> {
    if (this.hasLeft || !hasEnded(this.#desk.state())) return;
    await this.#gate().leave(this.#site.id());
    this.#hasLeft = true;
  }

  /** Whatever it is doing: it will not be there any more. */
  async abandon(): Promise<void> {
    if (!this.hasLeft) await this.#gate().leave(this.#site.id());
  }

  #gate(): GateRpc {
    const { tenant_id: tenant, workflow, environment, pipeline, admission } = this.#desk.state().facts;
    return this.#site.gate(gateName({ tenant, workflow, environment, pipeline, key: admission?.key }));
  }
}
