/** What the regional Worker imports: `fetch(request, env, ctx)` answers pages, and `crashPage` when that fails. */
import { createQwikCity } from '@builder.io/qwik-city/middleware/cloudflare-pages';
import qwikCityPlan from '@qwik-city-plan';
import { manifest } from '@qwik-client-manifest';
import render from './entry.ssr';

export { crashPage } from './lib/crash-page';
export const fetch = createQwikCity({ render, qwikCityPlan, manifest });
