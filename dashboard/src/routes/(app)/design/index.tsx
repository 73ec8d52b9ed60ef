import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { DesignSheet } from '~/components/design/design-sheet';
import { get } from '~/lib/api';

/** Only to know that the session holds: this page shows nothing of a tenant. */
export const useSignedIn = routeLoader$(async (event) => (await get(event, '/api/v1/workflows?limit=1')).ok);

export default component$(() => {
  useSignedIn();
  return (
    <>
      <header class="border-b border-line px-3 py-4 sm:px-4">
        <h1 class="text-20 font-semibold">Design</h1>
        <p class="text-text-2">Every token and component, in both themes. A change to any of them is reviewed by a picture of this page.</p>
      </header>
      <div class="grid lg:grid-cols-2">
        <DesignSheet theme="light" />
        <DesignSheet theme="dark" />
      </div>
    </>
  );
});

export const head: DocumentHead = { title: 'Design' };
