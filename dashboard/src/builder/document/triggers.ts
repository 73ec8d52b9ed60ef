/** What can start a pipeline, with what is asked of each: for the form of a trigger. */

/** A setting that one field is enough for. */
export interface Setting {
  key: string;
  label: string;
  /** An example. */
  hint?: string;
  choices?: readonly string[];
  /** Without it, something of the dialect. */
  type?: 'words' | 'number';
}

export const TRIGGER_SETTINGS: { readonly [type: string]: readonly Setting[] } = {
  http: [
    { key: 'method', label: 'Method', choices: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] },
    { key: 'path', label: 'Path', hint: '/orders/{id}' },
  ],
  event: [{ key: 'topic', label: 'Topic', hint: 'order.created' }],
  eventbus: [{ key: 'topic', label: 'Topic', hint: 'order.created' }],
  schedule: [{ key: 'cron', label: 'Times, as cron', hint: '0 6 * * *' }],
  cron: [{ key: 'cron', label: 'Times, as cron', hint: '0 6 * * *' }],
  webhook: [
    { key: 'path', label: 'Path', hint: '/hooks/github' },
    // The first is what holds where none is written.
    { key: 'provider', label: 'Sender', choices: ['generic', 'github', 'stripe', 'slack', 'standard'] },
    { key: 'secret', label: 'Secret of the signature', hint: '${WEBHOOK_SECRET}' },
  ],
  manual: [],
};

/** Offered for a new trigger; others stay as they are. */
export const TRIGGER_TYPES = ['http', 'event', 'schedule', 'webhook', 'manual'] as const;
