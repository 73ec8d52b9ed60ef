/** Runs another pipeline as an execution of its own. */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact, duration, flatFields, json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { valueAt } from '#steps/value-at';
import { instantAfter } from '#steps/wait-time';

const config = z.strictObject({
  workflow: z.string().min(1).describe('A pipeline of this application, or another workflow of the tenant.'),
  pipeline: z.string().min(1).optional().describe('The pipeline of that workflow, where it has several.'),
  mode: z.enum(['sync', 'async']).default('sync').describe('sync waits for its end, at no cost; async only starts it.'),
  input: json.optional().describe('Its trigger data. Default: the fields that this step sees.'),
  output_mapping: z
    .record(z.string(), z.string())
    .optional()
    .describe('Fields of the output, by the path of the value in what the pipeline came to. Default: all of that.'),
  timeout: duration.optional().describe('How long to wait at most. The execution is cancelled then, and the step fails with wait_timeout.'),
});

interface Input {
  workflow: string;
  pipeline?: string;
  mode: 'sync' | 'async';
  input: Json;
  output_mapping?: { [field: string]: string };
  until?: string;
}

export const workflowCall = defineStep({
  type: 'step.workflow_call',
  summary: 'Runs another pipeline as an execution of its own, and waits for its end.',
  pure: false,
  config,
  example: `
name: assign
type: step.workflow_call
config:
  workflow: assign-conversation
  input:
    conversation_id: "{{ .conversation_id }}"
  output_mapping:
    responder: responder_id
`,
  output:
    'sync: what the steps of the pipeline came to, their fields in one object, or those of output_mapping. async: `{execution_id}`. Where it runs stands under steps.X.response.child.',
  prepare: (settings, scope) =>
    compact({
      workflow: settings.workflow,
      pipeline: settings.pipeline,
      mode: settings.mode,
      input: settings.input ?? flatFields(scope.context),
      output_mapping: settings.output_mapping,
      until: settings.timeout === undefined ? undefined : new Date(instantAfter(settings.timeout, 'timeout', scope.now)).toISOString(),
    }),
  async perform(input: Input, { calls }): Promise<StepOutcome> {
    const waits = input.mode === 'sync';
    const { end, ...child } = await calls.start({ workflow: input.workflow, pipeline: input.pipeline, input: input.input, waits });
    if (!waits) return { kind: 'completed', output: { execution_id: child.execution_id }, response: { child } };
    if (end) return ended(input, child.execution_id, end, { child });
    return { kind: 'wait', wait: { kind: 'call', event: child.execution_id, ...(input.until === undefined ? {} : { until: Date.parse(input.until) }) } };
  },
  receive(input: Input, signal): StepOutcome {
    if (!signal) return { kind: 'failed', error: errorInfo('wait_timeout', `${input.workflow} had not ended at ${input.until}; it is cancelled.`) };
    const end = signal.data as unknown as { output: Json } | { error: ErrorInfo };
    return ended(input, signal.id, end, { child: { execution_id: signal.id } });
  },
});

function ended(input: Input, id: string, end: { output: Json } | { error: ErrorInfo }, response: JsonObject): StepOutcome {
  // Its own retries are over: to call once more is to run it anew.
  if ('error' in end) return { kind: 'failed', error: { ...end.error, message: `${input.workflow} (${id}): ${end.error.message}`, retryable: false } };
  return { kind: 'completed', output: mapped(end.output, input.output_mapping), response };
}

function mapped(output: Json, mapping: Input['output_mapping']): Json {
  if (!mapping) return output;
  const fields: JsonObject = {};
  for (const [field, path] of Object.entries(mapping)) fields[field] = (isJsonObject(output) ? valueAt(output, path) : undefined) ?? null;
  return fields;
}
