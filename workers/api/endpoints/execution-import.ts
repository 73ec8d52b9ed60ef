/**
 * An exported execution, opened to be looked at.
 *
 * Invariants
 * 1. Nothing is stored of a file that does not verify.
 * 2. The file itself is what is kept, so it is exported again byte for byte; its large values lie beside it first.
 * 3. Its object has no log of its own and never gets one: it cannot run.
 */
import { z } from 'zod';
import { importedSchema } from '#contracts/api-import';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { ExportReader, linesOf, type PortableExecution } from '#portable/read';
import { verifyExport } from '#portable/verify';
import { payloadKey } from '#storage/payloads';
import { isUnstated, mediaType } from '#workers/api/body';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { timedBody } from '#workers/door/request-body';
import { namedExecutionId } from '#workers/execution-stub';

const file = z.string().meta({ description: 'An exported execution, as `GET /executions/{execution}/export` gave it' });
const MEDIA_TYPES = ['application/jsonl', 'application/x-ndjson', 'application/octet-stream'];

const importOne = endpoint({
  route: 'POST /executions/import',
  weight: 'heavy',
  tag: 'Executions',
  summary: 'Open an exported execution',
  description:
    'The file is verified, then kept; the execution can be read like any other and is marked as imported. It never runs, it is not in the list of executions, and the same file is the same execution. Of unfinished ones the state is that of the export.',
  ownBody: Object.fromEntries(MEDIA_TYPES.map((type) => [type, file])),
  answer: importedSchema,
  answers: {
    201: { description: 'There to be read', schema: importedSchema },
    200: { description: 'It had been imported before', schema: importedSchema },
  },
  problems: ['invalid_export', 'body_too_large', 'unsupported_media_type'],
  async handle(call) {
    const { read, lines } = await verified(call.request);
    const id = namedExecutionId(call.env, ['imported', call.tenant, read.hash].join('/'));
    const existing = (await call.stores.archives.get(call.tenant, id)) !== null;
    if (!existing) await keep(call, id, read, lines);
    const { header, seal, hash } = read;
    return {
      status: existing ? 200 : 201,
      headers: { Location: `/api/v1/executions/${id}` },
      body: { execution_id: id, imported_from: header.execution_id, status: seal.status, events: seal.events, seal: hash, existing },
    };
  },
});

/** Throws Problem: invalid_export, body_too_large, unsupported_media_type. */
async function verified(request: Request): Promise<{ read: PortableExecution; lines: string[] }> {
  const type = mediaType(request);
  if (!MEDIA_TYPES.includes(type) && !isUnstated(type)) throw new Problem('unsupported_media_type', `Send application/jsonl, not ${type.slice(0, 100)}.`);
  const reader = new ExportReader();
  const lines: string[] = [];
  if (request.body) {
    for await (const line of linesOf(timedBody(request.body), LIMITS.importBytes)) {
      reader.take(line);
      lines.push(line);
    }
  }
  const read = reader.end();
  if (read.header.content !== 'export')
    throw new Problem('invalid_export', 'The file is an archive, without the values and the definition. Import an export of the execution.');
  verifyExport(read);
  return { read, lines };
}

async function keep(call: Call, id: string, read: PortableExecution, lines: string[]): Promise<void> {
  for (const { sha256, text } of read.payloads.values()) await call.stores.payloads.put(payloadKey(call.tenant, id, sha256), text);
  const content = async function* () {
    for (const line of lines) yield `${line}\n`;
  };
  await call.stores.archives.put(call.tenant, id, content(), { by: call.actor.by, at: call.now });
}

/** Must be matched before `/executions/{execution}`. */
export const executionImportEndpoints: AnyEndpoint[] = [importOne];
