/**
 * Writes everything of a tenant that is in a region into one tar archive, file by file. One object for each tenant; its name
 * is the tenant.
 *
 * Invariants
 * 1. A file that was cut off by a crash is written again from its beginning: what it has left on disk is thrown away first.
 * 2. The archive goes out in parts of one size; what does not fill one yet is on disk. A part that was sent twice is there once.
 * 3. What is on disk stays bounded: what one file adds goes out before the next begins.
 * 4. The archive, and all that is known of it, goes when its time is over.
 * 5. While the tenant is on its way to another region nothing is written: stores that come to a halt one by one make no archive.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { EXPORT_STAGES, type ExporterRpc, type ExportOrder, type TenantExport } from '#contracts/tenant-export';
import { carriedRecord, carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { later } from '#objects/later';
import { setLostAlarm } from '#objects/lost-alarm';
import { counted, type ExportJob, exportOf, newExport } from '#objects/tenant-exporter/job';
import { PART, PendingBytes } from '#objects/tenant-exporter/pending-bytes';
import type { ExporterPorts, ExportFile } from '#objects/tenant-exporter/ports';
import { tarEnd, tarHeader, tarPadding } from '#storage/tar';

/** How long an archive can be fetched. */
export const KEPT_MS = 24 * 3_600_000;
/** Files follow each other for so long in one turn of the alarm. */
const TURN_MS = 5_000;
const MAX_DELAY_MS = 60_000;
/** What cannot be read so often is left out, and the archive says so. */
export const MAX_TRIES = 8;
const MAX_LEFT_OUT = 100;

export abstract class TenantExporterObjectBase<Env> extends DurableObject<Env> implements ExporterRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: ExporterPorts;
  /** Whether it is a file that is at fault, if anything is. */
  #isReading = false;
  /** One turn at a time, whoever wakes it. */
  #isAtWork = false;

  async begin(order: ExportOrder): Promise<TenantExport> {
    const known = this.#job;
    if (known && known.status !== 'completed') return exportOf(known);
    if (known) await this.ports.remove(known, undefined);
    const job = newExport(order);
    this.#keep(job, 0);
    return exportOf(job);
  }

  async progress(): Promise<TenantExport | null> {
    const job = this.#job;
    if (!job) return null;
    if (job.expires_at !== undefined && job.expires_at <= this.ports.now()) return null;
    const isHeld = carriedRecord(this.ctx.storage).still !== undefined;
    if (!isHeld) await setLostAlarm(this.ctx.storage, this.ports.now(), job.expires_at);
    return { ...exportOf(job), ...(isHeld && job.status !== 'completed' ? { waits_for: 'move' } : {}) };
  }

  async discard(): Promise<boolean> {
    const job = this.#job;
    if (!job) return false;
    // First here, so that a step that is under way finds nothing to go on with.
    await this.#clear();
    await this.ports.remove(job, job.upload);
    return true;
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx) || this.#isAtWork) return;
    this.#isAtWork = true;
    try {
      await this.#turn();
    } finally {
      this.#isAtWork = false;
    }
  }

  async #turn(): Promise<void> {
    const until = this.ports.now() + TURN_MS;
    for (let job = this.#job; job; job = this.#job) {
      if (job.status === 'completed') return this.#expire(job);
      const { job: next, after } = await this.#step(job);
      const now = this.#job;
      // It was given up meanwhile, or another one has begun.
      if (!now || now.requested_at !== job.requested_at) return;
      this.#keep(next, after);
      if (after > 0 || this.ports.now() > until || carriedRecord(this.ctx.storage).still) return;
    }
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  async erase(): Promise<void> {
    const job = this.#job;
    if (job) await this.ports.remove(job, job.upload);
    await eraseObject(this.ctx);
  }

  async #expire(job: ExportJob): Promise<void> {
    if (job.expires_at! > this.ports.now()) return void (await this.ctx.storage.setAlarm(job.expires_at!));
    await this.ports.remove(job, undefined);
    await this.#clear();
  }

  /** One file, or one page of names. */
  async #step(job: ExportJob): Promise<{ job: ExportJob; after: number }> {
    try {
      const { fault: _, ...fine } = job;
      this.#isReading = false;
      return await this.#advanced({ ...fine, tries: 0 });
    } catch (error) {
      const tries = job.tries + 1;
      // The text may name what is being written, so it is for the operator's log only.
      console.error(JSON.stringify({ level: 'error', message: `export: ${String(error)}`, tenant: job.tenant, stage: job.stage }));
      if (this.#isReading && tries >= MAX_TRIES) {
        const [name, ...names] = job.names;
        return { job: { ...job, names, tries: 0, left_out: [...job.left_out, `${job.stage} ${name}`].slice(0, MAX_LEFT_OUT) }, after: 0 };
      }
      const fault = `A store of the stage ${job.stage} does not answer; tried ${tries} times.`;
      // Parts may have gone out since: what is kept says so.
      return { job: { ...(this.#job ?? job), tries, fault }, after: Math.min(MAX_DELAY_MS, 500 * 2 ** Math.min(tries, 10)) };
    }
  }

  async #advanced(job: ExportJob): Promise<{ job: ExportJob; after: number }> {
    // The tenant has moved here meanwhile: what the other region has sent for the archive is not here.
    if (job.region !== this.ports.region) {
      this.#pending.clear();
      return { job: newExport({ ...job, region: this.ports.region }), after: 0 };
    }
    if (job.upload === undefined) return { job: { ...job, upload: await this.ports.open(job) }, after: 0 };
    if (job.status === 'finishing') return this.#finished(job);
    const [name, ...names] = job.names;
    if (name !== undefined) {
      this.#isReading = true;
      const file = await this.ports.read(job.stage, job.tenant, name);
      const added = file && (await this.#write(job, file));
      this.#isReading = false;
      const written = added ? counted(job.written, job.stage, added.size) : job.written;
      return { job: await this.#sent({ ...job, names, written, seq: added?.seq ?? job.seq }), after: 0 };
    }
    if (job.next !== null) {
      const page = await this.ports.plan(job.stage, job.tenant, job.next ?? null);
      return { job: { ...job, names: page.names, next: page.next }, after: 0 };
    }
    const following = EXPORT_STAGES[EXPORT_STAGES.indexOf(job.stage) + 1];
    if (following) return { job: { ...job, stage: following, next: undefined }, after: 0 };
    return { job: { ...job, status: 'finishing' }, after: 0 };
  }

  /** What the archive is, its end, and the last part of it. */
  async #finished(job: ExportJob): Promise<{ job: ExportJob; after: number }> {
    if (!job.isSealed) {
      const manifest = (await this.#write(job, await this.ports.manifest(exportOf(job))))!;
      this.#pending.put(manifest.seq + 1, tarEnd());
      return { job: { ...job, seq: manifest.seq + 1, isSealed: true }, after: 0 };
    }
    // It may be complete already, where a crash came right behind that: then nothing more can be sent.
    const size = (await this.ports.size(job)) ?? (await this.#closed(job));
    this.#pending.clear();
    const { upload: _, ...rest } = job;
    const now = this.ports.now();
    return { job: { ...rest, parts: [], status: 'completed', size, finished_at: now, expires_at: now + KEPT_MS }, after: KEPT_MS };
  }

  /** The last part goes out, and the archive is complete. Answers its size. */
  async #closed(job: ExportJob): Promise<number> {
    const sent = await this.#sent(job);
    const { bytes } = this.#pending.first();
    const last = bytes.byteLength > 0 ? [await this.ports.part(sent, sent.upload!, sent.parts.length + 1, bytes)] : [];
    await this.ports.complete(sent, sent.upload!, [...sent.parts, ...last]);
    return (sent.size ?? 0) + bytes.byteLength;
  }

  /** Header, content, padding; the header is written last, for the size is known then. `null`: it is empty. */
  async #write({ seq: last, requested_at }: ExportJob, { name, content, keepsEmpty }: ExportFile): Promise<{ seq: number; size: number } | null> {
    const pending = this.#pending;
    pending.dropBehind(last);
    let size = 0;
    let seq = last + 1;
    for await (const bytes of content) {
      if (this.#job?.requested_at !== requested_at) throw new Error('given up');
      seq = pending.append(seq, bytes);
      size += bytes.byteLength;
    }
    if (size === 0 && !keepsEmpty) return null;
    pending.put(last + 1, tarHeader(name, size, requested_at));
    const padding = tarPadding(size);
    if (padding.byteLength > 0) pending.put(++seq, padding);
    return { seq, size };
  }

  /** Whole parts go out. */
  async #sent(job: ExportJob): Promise<ExportJob> {
    const pending = this.#pending;
    let now = job;
    for (;;) {
      const { bytes, rest, seq } = pending.first();
      if (bytes.byteLength < PART) return now;
      const part = await this.ports.part(now, now.upload!, now.parts.length + 1, bytes);
      if (this.#job?.requested_at !== job.requested_at) throw new Error('given up');
      now = { ...now, parts: [...now.parts, part], size: (now.size ?? 0) + bytes.byteLength };
      this.ctx.storage.transactionSync(() => {
        pending.dropPart(seq, rest);
        this.ctx.storage.kv.put('job', now);
      });
    }
  }

  /** Its table is there when it is needed, also after everything was cleared. */
  get #pending(): PendingBytes {
    return new PendingBytes(this.ctx.storage.sql);
  }

  async #clear(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  get #job(): ExportJob | undefined {
    return this.ctx.storage.kv.get<ExportJob>('job');
  }

  /** Job and alarm are written together. */
  #keep(job: ExportJob, after: number): void {
    this.ctx.storage.kv.put('job', job);
    const now = this.ports.now();
    void this.ctx.storage.setAlarm(later(now, now + after));
  }
}
