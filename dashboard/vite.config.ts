/** Client build of the dashboard, and the settings that the server build extends. */
import { fileURLToPath } from 'node:url';
import { qwikVite } from '@builder.io/qwik/optimizer';
import { qwikCity } from '@builder.io/qwik-city/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

// A build is the same whoever starts it: under a test runner's NODE_ENV Qwik would bundle its development core on the
// server, whose pages the browser's production core cannot resume.
process.env.NODE_ENV = 'production';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  // Fonts are fetched as a page has letters of their alphabet; `document-head.tsx` asks early for what every page has.
  plugins: [qwikCity({ trailingSlash: false }), qwikVite({ disableFontPreload: true }), tailwindcss()],
  resolve: {
    alias: [
      { find: /^#contracts\/(.*)$/, replacement: `${here}../contracts/$1.ts` },
      { find: /^~\/(.*)$/, replacement: `${here}src/$1` },
    ],
  },
  // Fonts stay files: the content security policy allows no data: fonts.
  build: { assetsInlineLimit: 0 },
});
