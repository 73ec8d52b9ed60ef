import { component$ } from '@builder.io/qwik';
import { useDocumentHead } from '@builder.io/qwik-city';
import { THEME_SCRIPT } from '~/lib/theme';

export const DocumentHead = component$<{ nonce?: string }>(({ nonce }) => {
  const head = useDocumentHead();
  return (
    <>
      <meta charset="utf-8" />
      <title>{head.title ? `${head.title} · Workflow` : 'Workflow'}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <script nonce={nonce} dangerouslySetInnerHTML={THEME_SCRIPT} />
    </>
  );
});
