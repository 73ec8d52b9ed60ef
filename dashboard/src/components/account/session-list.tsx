/** Where one is signed in, and ending it. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Confirm } from '~/components/ui/confirm';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { SessionItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';
import { agentWords } from '~/lib/user-agent';

export const SessionList = component$<{ sessions: SessionItem[]; now: number }>(({ sessions, now }) => {
  const problem = useSignal<ProblemBody>();
  const end = $(async (id: string) => {
    problem.value = await send('DELETE', `/api/v1/auth/sessions/${id}`);
    if (problem.value) return;
    toastNext({ text: 'The session has ended.' });
    location.assign('/account');
  });
  const endOthers = $(async () => {
    const refused = await send('DELETE', '/api/v1/auth/sessions');
    if (refused) return refused;
    toastNext({ text: 'You are signed in here only.' });
    location.assign('/account');
    return undefined;
  });
  return (
    <SettingSection
      id="sessions"
      title="Sessions"
      actions={
        sessions.length > 1 && (
          <Confirm label="End all others" title="End all other sessions" verb="End them" button="btn btn-small btn-danger" act={endOthers}>
            <p>Browsers and programs that are signed in as you have to sign in again. This one stays.</p>
          </Confirm>
        )
      }
    >
      <ProblemNotice problem={problem.value} />
      <ul class="border-t border-line">
        {sessions.map((session) => (
          <li key={session.id} class="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-3">
            <div class="min-w-0 flex-1">
              <p class="text-13 break-words">
                <span title={session.user_agent}>{agentWords(session.user_agent) || 'Unnamed'}</span>
                {session.current && <span class="ml-2 rounded bg-sunken px-1.5 text-12 text-text-2">this one</span>}
              </p>
              <p class="text-12 text-text-2">
                {session.kind === 'api' ? 'By a program' : 'In a browser'}
                {session.address && `, from ${session.address}`}
              </p>
              <p class="text-12 text-text-2">
                Signed in <Moment at={session.created_at} now={now} />, last seen <Moment at={session.last_seen_at} now={now} />
              </p>
            </div>
            {!session.current && (
              <button type="button" class="btn btn-small btn-danger" onClick$={() => end(session.id)}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
    </SettingSection>
  );
});
