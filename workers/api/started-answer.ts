/** The answer to a start: 202, or 200 with the result when it was waited for and has ended. */
import { newSpanId } from '#contracts/ids';
import type { Json } from '#contracts/json';
import type { HttpAnswer } from '#contracts/step';
import type { Started } from '#workers/start';

export function startedAnswer(started: Started, target: { deployment: { workflow: string }; pipeline: { name: string } }, waited: boolean) {
  const { execution_id, status, trace_id, answer, outputs, error, queue, refused } = started;
  const complete = started.ended && waited;
  return {
    status: complete ? 200 : 202,
    headers: {
      'X-Execution-Id': execution_id,
      traceparent: `00-${trace_id}-${newSpanId()}-01`,
      Location: `/api/v1/executions/${execution_id}`,
    },
    body: {
      execution_id,
      status,
      workflow: target.deployment.workflow,
      pipeline: target.pipeline.name,
      trace_id,
      existing: started.kind === 'existing',
      ...(complete && answer ? { result: resultOf(answer) } : {}),
      ...(complete ? { outputs: outputs ?? {} } : {}),
      ...(complete && error ? { error } : {}),
      ...(queue ? { queue } : {}),
      ...(refused ? { refused } : {}),
    },
  };
}

/** What the pipeline responded: the value itself where it is JSON, the text otherwise. */
function resultOf(answer: HttpAnswer): Json {
  const type = Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (answer.encoding !== 'base64' && /[/+]json\b/i.test(type)) {
    try {
      return JSON.parse(answer.body) as Json;
    } catch {
      // Called JSON, but it is not: then it is text.
    }
  }
  return answer.body;
}
