/**
 * The execution before its first step: it waits for a place in its quota, where there was none, then asks its gate; and it
 * leaves after the last step.
 *
 * Invariants
 * 1. The start is on disk before the gate hears of it, so the gate never holds a place for nobody.
 * 2. The execution has left before its alarm goes: a place is freed whatever crashes.
 */
import { type GateRpc, gateName, hasGate, type QuotaAdmission } from '#contracts/admission';
import { awaitsAdmission, hasEnded } from '#engine/status';
import type { Desk } from '#objects/execution/controls';
import type { PlacePort } from '#objects/execution/place';

export interface AdmissionSite {
  /** Of this object, whatever its log says. */
  id(): string;
  /** Brought in from a file, to be looked at only. */
  isImported(): boolean;
  gate(name: string): GateRpc;
  places(): PlacePort;
  /** It has a place in the quota that it waited for. */
  placed(quota: QuotaAdmission): void;
}

export class Admission {
  readonly #desk: Desk;
  readonly #site: AdmissionSite;
  #hasLeft = false;
  #isPlaced = false;

  constructor(desk: Desk, site: AdmissionSite) {
    this.#desk = desk;
    this.#site = site;
  }

  /** Asks where the answer is open, or may have been lost. `run`: a caller waits, so go on at once. */
  async settle(run: boolean): Promise<void> {
    const { admission: request, tenant_id: tenant } = this.#desk.state().facts;
    if (!request || !awaitsAdmission(this.#desk.state()) || this.#site.isImported()) return;
    if (request.quota && !(await this.#hasPlace(request.quota))) return;
    if (!hasGate(request)) return void (await this.#desk.submit({ type: 'admission', answer: { kind: 'granted' }, run }));
    const answer = await this.#gate().enter({ tenant, execution_id: this.#site.id(), request });
    await this.#desk.submit({ type: 'admission', answer, run });
  }

  /** A place is kept for it; where it is too late for that, the place is for others. */
  async come(): Promise<void> {
    const { admission } = this.#desk.state().facts;
    if (awaitsAdmission(this.#desk.state())) return this.settle(false);
    if (admission?.quota) await this.#site.places().leave(admission.quota.bound, this.#site.id());
  }

  async #hasPlace(quota: QuotaAdmission): Promise<boolean> {
    if (this.#isPlaced) return true;
    const { tenant_id: tenant, workflow, environment, pipeline } = this.#desk.state().facts;
    const { bound, key, priority } = quota;
    const entry = { tenant, execution_id: this.#site.id(), workflow, environment, pipeline, key, priority };
    const answer = await this.#site.places().enter(bound, entry);
    if (answer.kind === 'queued') await this.#desk.submit({ type: 'admission', answer: { ...answer, reason: 'quota' }, run: false });
    if (answer.kind === 'refused') await this.#desk.submit({ type: 'admission', answer: { ...answer, reason: 'full' }, run: false });
    if (answer.kind !== 'granted') return false;
    this.#isPlaced = true;
    this.#site.placed(quota);
    return true;
  }

  /** Whether nothing of it is left at the gate. */
  get hasLeft(): boolean {
    return this.#hasLeft || this.#desk.state().facts.admission === undefined || this.#site.isImported();
  }

  /** Once it has ended. */
  async leave(): Promise<void> {
    if (this.hasLeft || !hasEnded(this.#desk.state())) return;
    await this.#leave();
    this.#hasLeft = true;
  }

  /** Whatever it is doing: it will not be there any more. */
  async abandon(): Promise<void> {
    if (!this.hasLeft) await this.#leave();
  }

  async #leave(): Promise<void> {
    const request = this.#desk.state().facts.admission!;
    if (request.quota && !this.#isPlaced) await this.#site.places().leave(request.quota.bound, this.#site.id());
    if (hasGate(request)) await this.#gate().leave(this.#site.id());
  }

  #gate(): GateRpc {
    const { tenant_id: tenant, workflow, environment, pipeline, admission } = this.#desk.state().facts;
    return this.#site.gate(gateName({ tenant, workflow, environment, pipeline, key: admission?.key }));
  }
}
