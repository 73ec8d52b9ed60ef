/** Renders the document. The pinned theme is read from its cookie, so that the first paint has the right colours. */
import { type RenderToStreamOptions, renderToStream } from '@builder.io/qwik/server';
import { themeFromCookie } from '~/lib/theme';
import Root from './root';

export default function render(options: RenderToStreamOptions) {
  const theme = themeFromCookie(options.serverData?.requestHeaders?.cookie);
  return renderToStream(<Root />, {
    ...options,
    // What is used is loaded, a part at a time: ahead of use, a page of many rarely used parts would load them all.
    preloader: false,
    containerAttributes: { lang: 'en', ...(theme ? { 'data-theme': theme } : {}), ...options.containerAttributes },
    serverData: { ...options.serverData },
  });
}
