/** Posts a message to Slack through an incoming webhook. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { compact, json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { expectSuccess } from '#steps/http-reply';

const config = z
  .strictObject({
    webhook_url: z.string().min(1).describe(`URL of the incoming webhook, as \${NAME}: whoever has it can post.`),
    text: z.string().optional().describe('The message; with blocks, what a notification shows.'),
    blocks: z.array(json).optional().describe("Slack's blocks."),
    channel: z.string().optional().describe('Another channel than that of the webhook, where Slack allows it.'),
    username: z.string().optional().describe('Name beside the message, where Slack allows it.'),
  })
  .refine((c) => c.text !== undefined || c.blocks !== undefined, { message: 'text or blocks', path: ['text'] });

interface Input {
  webhook_url: string;
  message: Json;
}

export const slackMessage = defineStep({
  type: 'step.slack_message',
  summary: 'Posts a message to Slack through an incoming webhook.',
  pure: false,
  config,
  example: `
name: tell-team
type: step.slack_message
config:
  webhook_url: "\${SLACK_WEBHOOK}"
  text: "Order {{ .order_id }} could not be shipped."
`,
  output: '{sent: true}',
  prepare: ({ webhook_url, ...message }) => ({ webhook_url, message: compact(message as Record<string, Json | undefined>) }),
  target: ({ webhook_url }: Input) => webhook_url,
  async perform(input: Input, context) {
    const reply = await context.http.fetch({
      url: input.webhook_url,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': encodeURIComponent(context.idempotency_key) },
      body: JSON.stringify(input.message),
    });
    expectSuccess('POST', input.webhook_url, reply, context);
    return { kind: 'completed', output: { sent: true }, response: { status_code: reply.status } };
  },
});
