/**
 * A breakpoint was hit: a mail to each address that it names. Its key is made of the hit and the place of the address, so
 * that each gets one however often the event comes.
 */
import type { EventMessage } from '#contracts/bus-rpc';
import type { BreakpointHit } from '#contracts/debugging';
import type { MailOrder } from '#contracts/mail';
import { BREAKPOINT_HIT } from '#contracts/platform-topics';
import { Problem } from '#contracts/problems';
import { isHook } from '#workers/events/breakpoint-event';
import { mayBeMailed } from '#workers/mail/recipients';
import { type MailEnv, sendMail } from '#workers/mail/send';
import { isHosted } from '#workers/mode';

/** A mail that cannot be sent at all is no reason to tell everybody else once more. */
export async function mailHit(message: EventMessage, env: MailEnv, send: typeof sendMail = sendMail): Promise<void> {
  for (const order of mailsOf(message, isHosted(env) ? env.DOMAIN : undefined)) {
    try {
      if (!(await mayBeMailed(env, order.tenant, order.to))) throw new Problem('recipient_unknown');
      await send(env, order);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      console.warn(JSON.stringify({ level: 'warn', message: `breakpoint mail: ${error.code}`, tenant: message.tenant, event: message.id }));
    }
  }
}

/** `domain`: where the dashboard is; without it the mail has no link. */
export function mailsOf(message: EventMessage, domain?: string): MailOrder[] {
  if (message.type !== BREAKPOINT_HIT) return [];
  const hit = message.data as unknown as Omit<BreakpointHit, 'tenant'>;
  const { workflow, pipeline, environment, execution_id, step, condition, set_by, notify } = hit;
  const page = `/executions/${execution_id}`;
  const paragraphs = [
    `Execution ${execution_id} of ${workflow}.${pipeline} (${environment}) is held before the step ${step}, by a breakpoint that ${set_by} has set.`,
    ...(condition === undefined ? [] : [`Its condition: ${condition}`]),
    'It waits, at no cost, until somebody resumes, changes, skips or aborts it on its page.',
    ...(domain === undefined ? [`Its page in the dashboard: ${page}`] : []),
  ];
  return notify.flatMap((to, index) =>
    isHook(to)
      ? []
      : [
          {
            tenant: message.tenant,
            key: `${message.id}/${index}`,
            kind: 'breakpoint',
            to,
            subject: `Held before ${step}: ${workflow}.${pipeline}`.slice(0, 200),
            paragraphs,
            ...(domain === undefined ? {} : { action: { label: 'Open the execution', url: `https://${domain}${page}` } }),
          },
        ],
  );
}
