/**
 * A circuit breaker. The rules are in `breaker-core.ts`; here are its record, its alarm, and the row that isolates look at.
 *
 * It is a small object that is seldom awake (only where calls fail), so it is an itty-durable class: state in, state out.
 * That package carries arguments in a request header, which holds Latin-1 and is bounded; so every call has one argument,
 * JSON in ASCII, and each part of it is bounded where it comes in (`contracts/api-circuit-breakers.ts`, BREAKER_NAME).
 *
 * 1. What has changed is on disk before it is told, and told before the call is answered.
 * 2. A row that could not be written is written by the alarm; the row's revision keeps an older one from winning.
 * 3. A breaker that has been closed and quiet for a week is forgotten.
 */
import { createDurable } from 'itty-durable/itty-durable';
import { proxyDurable } from 'itty-durable/proxy-durable';
import type {
  BreakerCommand,
  BreakerDetails,
  BreakerName,
  BreakerReport,
  BreakerRow,
  BreakerRpc,
  BreakerView,
  ProbeAnswer,
  ProbeOrder,
  ProbeReport,
} from '#contracts/breaker';
import { newId } from '#contracts/ids';
import { type BreakerRecord, command, detailsOf, newRecord, probe, probed, report, viewOf } from '#objects/breaker-core';

export interface BreakerObjectPorts {
  rows: { put(row: BreakerRow): Promise<void>; remove(name: BreakerName, revision: number): Promise<void> };
  /** Epoch ms. */
  now(): number;
}

/** What could not be told is told again after this, ms. */
const TELL_AGAIN_MS = 5_000;
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

type Asked<T> = { name: BreakerName } & T;

export abstract class BreakerObjectBase extends createDurable() {
  protected abstract readonly ports: BreakerObjectPorts;
  record: BreakerRecord | null = null;

  async report(text: string): Promise<BreakerView> {
    const { name, order } = read<{ order: BreakerReport }>(text);
    const now = this.ports.now();
    return viewOf(await this.#keep(report(this.#known(name, order.limits, now), order, now)));
  }

  async probe(text: string): Promise<ProbeAnswer> {
    const { name, order } = read<{ order: ProbeOrder }>(text);
    const now = this.ports.now();
    const { record, answer } = probe(this.#known(name, order.limits, now), order, newId('probe'), now);
    await this.#keep(record);
    return answer;
  }

  async probed(text: string): Promise<BreakerView> {
    const { name, order } = read<{ order: ProbeReport }>(text);
    const now = this.ports.now();
    return viewOf(await this.#keep(probed(this.#known(name, undefined, now), order, now)));
  }

  async command(text: string): Promise<BreakerDetails> {
    const { name, order } = read<{ order: BreakerCommand }>(text);
    const now = this.ports.now();
    return detailsOf(await this.#keep(command(this.#known(name, undefined, now), order, now)));
  }

  /** Wrapped, for the package answers an empty 204 for nothing. */
  async details(): Promise<{ found: BreakerDetails | null }> {
    return { found: this.record && detailsOf(this.record) };
  }

  /** All that it knows, for another region. */
  async packed(): Promise<{ record: BreakerRecord | null }> {
    return { record: this.record };
  }

  /** It comes from another region. */
  async adopt(text: string): Promise<{ adopted: true }> {
    const { order } = read<{ order: { record: BreakerRecord | null } }>(text);
    this.record = order.record;
    await this.persist();
    await this.setAlarm(this.ports.now() + FORGOTTEN_AFTER_MS);
    return { adopted: true };
  }

  async erase(): Promise<{ erased: true }> {
    this.record = null;
    await (this.state as DurableObjectState).storage.deleteAlarm();
    await (this.state as DurableObjectState).storage.deleteAll();
    return { erased: true };
  }

  async alarm(): Promise<void> {
    await this.loadFromStorage();
    const { record } = this;
    if (!record) return;
    const quiet = this.ports.now() - record.updated_at >= FORGOTTEN_AFTER_MS;
    if (record.status !== 'closed' || !quiet) return this.#tell(record);
    await this.ports.rows.remove(record.name, record.revision);
    this.record = null;
    await (this.state as DurableObjectState).storage.deleteAll();
  }

  /** Nothing but the record goes to disk: ports are no state. */
  override getPersistable() {
    return { record: this.record } as never;
  }

  #known(name: BreakerName, limits: BreakerRecord['limits'] | undefined, now: number): BreakerRecord {
    return this.record ?? newRecord(name, limits ?? { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000 }, now);
  }

  async #keep(next: BreakerRecord): Promise<BreakerRecord> {
    const before = this.record;
    if (before && JSON.stringify(before) === JSON.stringify(next)) return next;
    this.record = next;
    await this.persist();
    if (next.revision !== before?.revision) await this.#tell(next);
    return next;
  }

  async #tell(record: BreakerRecord): Promise<void> {
    const { history: _, failures: __, successes: ___, ...row } = detailsOf(record);
    try {
      await this.ports.rows.put(row);
      await this.setAlarm(this.ports.now() + FORGOTTEN_AFTER_MS);
    } catch (error) {
      console.error(
        JSON.stringify({ level: 'error', message: `row of the circuit breaker ${record.name.name}: ${String(error)}`, tenant: record.name.tenant }),
      );
      await this.setAlarm(this.ports.now() + TELL_AGAIN_MS);
    }
  }
}

/** The object of a breaker, as its callers see it. Object name: `{tenant}/{environment}/{name}`. */
export function breakerObject(namespace: DurableObjectNamespace, options: DurableObjectNamespaceGetDurableObjectOptions): (name: BreakerName) => BreakerRpc {
  return (name) => {
    const id = namespace.idFromName(`${name.tenant}/${name.environment}/${name.name}`);
    // The package knows no placement: it is given a namespace that does.
    const placed = { idFromName: () => id, get: () => namespace.get(id, options) };
    const object = proxyDurable(placed, { parse: true }).get(id);
    const asked = (order: object) => ascii({ name, order });
    return {
      report: (_, order) => object.report(asked(order)),
      probe: (_, order) => object.probe(asked(order)),
      probed: (_, order) => object.probed(asked(order)),
      command: (_, order) => object.command(asked(order)),
      details: async () => (await object.details()).found,
      erase: async () => void (await object.erase()),
      packed: async () => (await object.packed()).record,
      adopt: async (_, record) => void (await object.adopt(asked({ record }))),
    };
  };
}

function ascii(value: Asked<{ order: object }>): string {
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function read<T>(text: string): Asked<T> {
  return JSON.parse(text) as Asked<T>;
}
