/** Headers of every page. */
import { component$, Slot } from '@builder.io/qwik';
import type { RequestHandler } from '@builder.io/qwik-city';

/** Of the one sheet that Qwik City writes into a page: `:root{view-transition-name:none}`. */
const ROUTER_SHEET = "'sha256-BNqWCI6vatXAprQd3EToRi4LD6hlgMUI75jPIWAId3E='";

export const onRequest: RequestHandler = ({ sharedMap, headers }) => {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  // Qwik City puts this nonce on every script it writes.
  sharedMap.set('@nonce', nonce);
  headers.set(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      // The editor adds a sheet, which carries the nonce; positions of bars are style attributes, which load nothing.
      `style-src 'self' 'nonce-${nonce}' ${ROUTER_SHEET}`,
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  headers.set('X-Frame-Options', 'DENY');
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'same-origin');
};

export default component$(() => <Slot />);
