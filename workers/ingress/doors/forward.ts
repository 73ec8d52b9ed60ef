/** Requests that are sent on whole: the same guard as for calls of steps, but body and answer stream. */
import { Problem } from '#contracts/problems';
import type { DoorHttp } from '#modules/door';
import { refusal } from '#workers/egress/address';
import { deadlineAfter } from '#workers/egress/deadline';
import { parseHostAliases, resolveAlias } from '#workers/egress/host-aliases';
import type { RegionEnv } from '#workers/env';

/** Of one connection; the answer gets its own. */
const NOT_PASSED = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-encoding', 'content-length'];

export function forwarder(env: Pick<RegionEnv, 'MODE' | 'HOST_ALIASES'>): DoorHttp {
  const hosted = env.MODE === 'hosted';
  const aliases = parseHostAliases(hosted ? undefined : env.HOST_ALIASES);
  return {
    async forward(target, { method, headers, body, timeout_ms }) {
      const url = new URL(target);
      const reason = hosted ? refusal(url.hostname) : undefined;
      if (reason) throw new Problem('address_refused', `${url.host} cannot be called from here: ${reason}.`);
      const deadline = deadlineAfter(timeout_ms);
      try {
        // A redirect is the client's to follow.
        const answer = await fetch((hosted ? url : resolveAlias(url, aliases)).href, { method, headers, body, redirect: 'manual', signal: deadline.signal });
        const passed = new Headers(answer.headers);
        for (const name of NOT_PASSED) passed.delete(name);
        return new Response(answer.body, { status: answer.status, headers: passed });
      } catch (cause) {
        if (deadline.signal.aborted)
          throw new Problem('step_timeout', `${url.host} did not answer within ${timeout_ms} ms.`, { cause, extra: { status: 504 } });
        throw new Problem('connection_failed', `${url.host} could not be reached.`, { cause });
      } finally {
        deadline.stop();
      }
    },
  };
}
