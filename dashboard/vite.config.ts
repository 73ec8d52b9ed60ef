/** Client build of the dashboard, and the settings that the server build extends. */
import { fileURLToPath } from 'node:url';
import { qwikVite } from '@builder.io/qwik/optimizer';
import { qwikCity } from '@builder.io/qwik-city/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  plugins: [qwikCity({ trailingSlash: false }), qwikVite(), tailwindcss()],
  resolve: {
    alias: [
      { find: /^#contracts\/(.*)$/, replacement: `${here}../contracts/$1.ts` },
      { find: /^~\/(.*)$/, replacement: `${here}src/$1` },
    ],
  },
  // Fonts stay files: the content security policy allows no data: fonts.
  build: { assetsInlineLimit: 0 },
});
