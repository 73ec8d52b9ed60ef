/** The audit chain of one tenant. Object name: the tenant. The rules are in `storage/audit-log.ts`. */
import { DurableObject } from 'cloudflare:workers';
import type { AuditCheckpoint, AuditEntry, AuditFact, AuditLogRpc, AuditQuery, AuditVerdict } from '#contracts/audit';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { AuditLog } from '#storage/audit-log';
import type { Sql } from '#storage/event-log';

export class AuditLogObject<Env = unknown> extends DurableObject<Env> implements AuditLogRpc, ErasableRpc, CarriableRpc {
  readonly #log = new AuditLog(this.ctx.storage.sql as unknown as Sql);

  async append(fact: AuditFact): Promise<AuditEntry> {
    return this.#log.append(fact);
  }

  async page(query: AuditQuery): Promise<{ items: AuditEntry[]; next: number | null }> {
    return this.#log.page(query);
  }

  async lines(from: number, limit: number): Promise<AuditEntry[]> {
    return this.#log.lines(from, limit);
  }

  async verify(): Promise<AuditVerdict> {
    return this.#log.verify();
  }

  async forget(before: number): Promise<number> {
    return this.#log.forget(before);
  }

  async checkpoint(): Promise<AuditCheckpoint | null> {
    return this.#log.checkpoint();
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
