/** An execution as one file. */
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';

const MEDIA_TYPE = 'application/jsonl';

const exportOne = endpoint({
  route: 'GET /executions/{execution}/export',
  weight: 'heavy',
  tag: 'Executions',
  summary: 'The execution as one file',
  description:
    'JSON Lines, hash-chained: the log, each definition that it was pinned to, and all large values. No secret is in it: where one goes, its name stands. `npm run wf -- verify FILE` checks it offline, `npm run wf -- replay --check FILE` decides it on another version.',
  answers: { 200: { description: 'The file', mediaType: MEDIA_TYPE } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const stream = await object.export(call.tenant);
    if (!stream) throw unknownExecution(id);
    return new Response(stream, {
      headers: { 'Content-Type': `${MEDIA_TYPE}; charset=utf-8`, 'Content-Disposition': `attachment; filename="${id}.jsonl"`, 'Cache-Control': 'no-store' },
    });
  },
});

export const executionExportEndpoints: AnyEndpoint[] = [exportOne];
