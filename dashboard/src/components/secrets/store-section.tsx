/** The company's stores of secrets elsewhere: where each is, how it is, and what may be done with it. */
import { $, component$ } from '@builder.io/qwik';
import { StoreDialog } from '~/components/secrets/store-dialog';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Removal } from '~/components/ui/removal';
import { type AnyStatus, StatusMark } from '~/components/ui/status-mark';
import { type Answer, call } from '~/lib/api';
import type { SecretProviderItem } from '~/lib/api-types';
import { placeOf, STORE_KINDS } from '~/lib/secret-stores';
import { toastNext } from '~/lib/toast';

const HEALTH: Record<SecretProviderItem['health']['status'], { mark: AnyStatus; word: string }> = {
  ok: { mark: 'completed', word: 'Answers' },
  failing: { mark: 'failed', word: 'Fails' },
  unknown: { mark: 'pending', word: 'Not asked yet' },
};

export const StoreSection = component$<{ answer: Answer<{ items: SecretProviderItem[] }>; now: number }>(({ answer, now }) => (
  <section aria-labelledby="stores" class="border-t border-line">
    <div class="flex min-h-14 items-center gap-3 px-3 pt-4 pb-2 sm:px-4">
      <h2 id="stores" class="text-16 font-semibold">
        External stores
      </h2>
      <span class="ml-auto">
        <StoreDialog />
      </span>
    </div>
    {!answer.ok ? (
      <div class="px-3 pb-6 sm:px-4">
        <ProblemNotice problem={answer.problem} />
      </div>
    ) : answer.value.items.length === 0 ? (
      <p class="max-w-[640px] px-3 pb-6 text-13 text-text-2 sm:px-4">
        Secrets may stay where they are: in Vault, AWS Secrets Manager or Google Secret Manager. A document then names one as{' '}
        <code class="mono text-12">{'${vault:payments/stripe#key}'}</code>, and it is read right before a call.
      </p>
    ) : (
      <ul>
        {answer.value.items.map((store) => (
          <Store key={store.name} store={store} now={now} />
        ))}
      </ul>
    )}
  </section>
));

const Store = component$<{ store: SecretProviderItem; now: number }>(({ store, now }) => {
  const { name, kind, health, search } = store;
  const check = $(async () => {
    const answer = await call<SecretProviderItem>(`/api/v1/secret-providers/${name}/check`, { method: 'POST' });
    const well = answer.ok && answer.value.health.status === 'ok';
    toastNext({ text: well ? `${name} answers, and takes the credential.` : `${name} does not answer as it should.` });
    location.assign('/secrets');
  });
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-3 py-3 sm:px-4">
      <div class="min-w-0 flex-1 basis-64">
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span class="mono text-14 font-medium">{name}</span>
          <span class="status text-13" data-status={HEALTH[health.status].mark}>
            <StatusMark status={HEALTH[health.status].mark} />
            {HEALTH[health.status].word}
          </span>
          {health.at && (
            <span class="text-12 text-text-3">
              checked <Moment at={health.at} now={now} />
            </span>
          )}
        </p>
        <p class="mt-1 text-12 text-text-2 break-words">
          {STORE_KINDS[kind]}: {placeOf(store)}
        </p>
        {search && (
          <p class="text-12 text-text-3 break-words">
            Names without a store are looked up in <span class="mono">{search}</span>
          </p>
        )}
        {health.detail && <p class="mt-1 text-12 break-words">{health.detail}</p>}
      </div>
      <span class="flex gap-2">
        <button type="button" class="btn btn-small" aria-label={`Check ${name}`} onClick$={check}>
          Check
        </button>
        <StoreDialog store={store} />
        <Removal verb="Remove" what="store" name={name} path={`/api/v1/secret-providers/${name}`} page="/secrets">
          <p>
            Nothing is changed there. Steps that name a secret of it fail with <code class="mono text-12">secret_missing</code>.
          </p>
        </Removal>
      </span>
    </li>
  );
});
