/** Tells a Slack channel. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  webhookURL: z
    .union([z.url(), z.string().regex(/^\$\{\w+\}$/)])
    .describe(`URL of an incoming webhook of Slack. It is a credential: write \${SLACK_WEBHOOK_URL}.`),
  channel: z.string().optional().describe('Channel, where the webhook may choose one.'),
  username: z.string().optional().describe('Name that the message comes from.'),
  message: z.string().optional().describe('Template of the message. Default: the topic and the data of the event.'),
});

type Settings = z.output<typeof config>;

const MESSAGE = '{{ if .trigger.type }}*{{ .trigger.type }}*\n{{ end }}{{ json (coalesce .trigger.data .trigger.body .trigger) }}';

export const notificationSlack = defineModule({
  type: 'notification.slack',
  summary: 'Posts each event that is handed to it to a Slack channel.',
  config,
  ports: { offers: ['messages'], takes: [{ port: 'broker' }] },
  lower(use) {
    const { webhookURL, channel, username, message } = use.settings as Settings;
    const body = { text: message ?? MESSAGE, ...(channel ? { channel } : {}), ...(username ? { username } : {}) };
    const retry = { max_attempts: 4, initial_delay: '1s', max_delay: '1m' };
    return { steps: [{ name: 'post', type: 'step.http_call', retry, config: { url: webhookURL, method: 'POST', body } }] };
  },
  example: `
name: slack-notifier
type: notification.slack
config:
  webhookURL: \${SLACK_WEBHOOK_URL}
  channel: "#alerts"
`,
});
