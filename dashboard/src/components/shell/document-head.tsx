import { component$ } from '@builder.io/qwik';
import { useDocumentHead } from '@builder.io/qwik-city';
import sans from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';
import mono from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url';
import { THEME_SCRIPT } from '~/lib/theme';

export const DocumentHead = component$<{ nonce?: string }>(({ nonce }) => {
  const head = useDocumentHead();
  return (
    <>
      <meta charset="utf-8" />
      <title>{head.title ? `${head.title} · Workflow` : 'Workflow'}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="preload" href={sans} as="font" type="font/woff2" crossOrigin="anonymous" />
      <link rel="preload" href={mono} as="font" type="font/woff2" crossOrigin="anonymous" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <script nonce={nonce} dangerouslySetInnerHTML={THEME_SCRIPT} />
    </>
  );
});
