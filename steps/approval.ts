/**
 * Waits for somebody to approve or reject.
 *
 * 1. Only who is named may answer, and an answer that does not fit the form is refused while its sender looks on.
 * 2. Silence is never a yes unless the author says so: `default`.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { errorInfo, Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact, duration, jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { schemaFaults } from '#steps/json-schema';
import { instantAfter } from '#steps/wait-time';

const MAX_COMMENT = 4000;

const decisions = z.enum(['approve', 'reject']);

const config = z.strictObject({
  message: z.string().max(2000).optional().describe('What is to be decided, for whoever decides.'),
  approvers: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(100)])
    .optional()
    .describe(
      'Who may answer: ids or names of API keys, users, or roles (a role stands for itself and those above it). Default: everybody who may send signals.',
    ),
  timeout: duration.optional().describe('How long to wait at most: 4h, 3d; a year at most. Without one it waits until the pipeline ends.'),
  default: decisions.optional().describe('The decision when nobody gave one in time. Without it the step fails with wait_timeout.'),
  on_reject: z
    .enum(['fail', 'continue'])
    .optional()
    .describe('What a rejection does. Default: fail, with approval_rejected; continue goes on with {approved: false}, for a conditional to look at.'),
  form: jsonObject
    .optional()
    .describe('JSON Schema of an object that comes with the decision, under form. The page of the execution makes its fields from it.'),
});

interface Input {
  message?: string;
  approvers?: string[];
  until?: string;
  default?: 'approve' | 'reject';
  on_reject?: 'fail' | 'continue';
  form?: JsonObject;
}

const answer = z.strictObject({
  decision: decisions,
  comment: z.string().max(MAX_COMMENT).optional(),
  form: jsonObject.optional(),
});

export const approval = defineStep({
  type: 'step.approval',
  summary: 'Waits until somebody approves or rejects, at no cost.',
  pure: true,
  config,
  example: `
name: manager-approval
type: step.approval
config:
  message: "Refund {{ .amount }} to {{ .customer_id }}?"
  approvers: [admin]
  timeout: 3d
  default: reject
  form:
    type: object
    required: [cost_centre]
    properties:
      cost_centre: { type: string }
`,
  output: '{approved, decision, comment, form, by}; by is `timeout` where the default decided.',
  prepare: (settings, scope) =>
    compact({
      message: settings.message,
      approvers: settings.approvers === undefined ? undefined : [settings.approvers].flat(),
      until: settings.timeout === undefined ? undefined : new Date(instantAfter(settings.timeout, 'timeout', scope.now)).toISOString(),
      default: settings.default,
      on_reject: settings.on_reject,
      form: settings.form as Json | undefined,
    }),
  run: (input: Input) => ({
    kind: 'wait',
    wait: { kind: 'approval', event: 'approval', ...(input.until === undefined ? {} : { until: Date.parse(input.until) }) },
  }),
  admit(input: Input, signal) {
    if (input.approvers && !input.approvers.some((name) => signal.sender.includes(name))) {
      throw new Problem('not_an_approver', `This is decided by ${input.approvers.join(', ')}; you are ${signal.by}.`);
    }
    const parsed = answer.safeParse(signal.data);
    if (!parsed.success) {
      const errors = parsed.error.issues.map((issue) => ({ code: issue.code, message: issue.message, path: issue.path.join('.') }));
      throw new Problem('invalid_signal', 'Send {"decision": "approve" or "reject", "comment": "…"}, and form where the step has one.', { errors });
    }
    // A rejection owes nobody a filled-in form.
    if (!input.form || (parsed.data.decision === 'reject' && parsed.data.form === undefined)) return;
    const faults = schemaFaults(input.form, (parsed.data.form ?? {}) as Json);
    if (faults.length > 0) {
      const errors = faults.slice(0, 50).map((fault) => ({ ...fault, path: fault.path ? `form.${fault.path}` : 'form' }));
      throw new Problem('invalid_signal', `The form is not filled in as it should be: ${errors[0]!.message}`, { errors });
    }
  },
  receive(input: Input, signal): StepOutcome {
    if (!signal) {
      if (input.default === undefined) return { kind: 'failed', error: errorInfo('wait_timeout', `Nobody decided until ${input.until}.`) };
      return decided(input, { decision: input.default }, 'timeout');
    }
    return decided(input, isJsonObject(signal.data) ? signal.data : {}, signal.by, signal.id);
  },
});

function decided(input: Input, { decision, comment, form }: JsonObject, by: string, signalId?: string): StepOutcome {
  const approved = decision === 'approve';
  if (!approved && input.on_reject !== 'continue') {
    const who = by === 'timeout' ? 'Nobody approved in time' : `Rejected by ${by}`;
    return {
      kind: 'failed',
      error: errorInfo('approval_rejected', typeof comment === 'string' && comment ? `${who}: ${comment}` : `${who}.`, {
        details: compact({ by, comment, form }),
      }),
    };
  }
  return {
    kind: 'completed',
    output: compact({ approved, decision, comment, form, by }),
    ...(signalId === undefined ? { response: { timed_out: true } } : { response: { by, signal_id: signalId } }),
  };
}
