/** Requests and answers of `/api/v1/audit`. */
import { z } from 'zod';
import { instantQuery } from '#contracts/api-executions';
import { cursor, instant, jsonObject, listLimit, page } from '#contracts/api-parts';
import { SHORTENED_BEFORE } from '#contracts/audit';

export const auditListQuery = z.strictObject({
  limit: listLimit,
  cursor,
  actor: z.string().max(200).optional().meta({ description: 'Who: `admin`, `key:{id}`, `user:{id}`, or the address of somebody who has an account' }),
  action: z.string().max(200).optional().meta({ description: 'What was done, such as `PUT /secrets/{name}`' }),
  target: z.string().max(500).optional().meta({ description: 'To what, or to anything below it: `secrets`, `workflows/wf_1`' }),
  from: instantQuery.meta({ description: 'At or after; ISO 8601 or epoch ms' }),
  to: instantQuery.meta({ description: 'Before; ISO 8601 or epoch ms' }),
});

export const auditEntrySchema = z
  .object({
    seq: z.number().int(),
    at: instant,
    actor: z.string(),
    role: z.string(),
    action: z.string(),
    summary: z
      .string()
      .optional()
      .meta({ description: 'The action in words; no part of what is hashed', examples: ['Set a secret'] }),
    target: z.string(),
    status: z.number().int().meta({ description: 'What it was answered with; from 400 on nothing was changed' }),
    request_id: z.string(),
    via: z.string().optional().meta({ description: 'The execution that called with the key: `execution:{id}`' }),
    address: z.string().optional(),
    before: jsonObject.optional(),
    after: jsonObject.optional(),
    prev: z.string(),
    hash: z.string().meta({ description: 'Covers the entry and the hash before it' }),
  })
  .meta({ id: 'AuditEntry' });
export const auditPage = page('AuditPage', auditEntrySchema);

export const auditVerdictSchema = z
  .object({
    valid: z.boolean(),
    entries: z.number().int(),
    broken_at: z.number().int().optional(),
    since: z.number().int().optional().meta({ description: 'The oldest entry that retention has left; absent: all are there' }),
    remark: z
      .string()
      .optional()
      .meta({ description: 'What cannot be known of the front', examples: [SHORTENED_BEFORE] }),
    head: z.string().meta({ description: 'Hash of the newest' }),
  })
  .meta({ id: 'AuditVerdict', description: 'Whether every entry follows from the one before, from the oldest that is kept' });
