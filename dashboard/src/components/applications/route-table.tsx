/** The HTTP entrances of an application: where they are, which pipeline answers, and a command that calls them. */
import { Copy } from '~/components/ui/copy';
import { Icon } from '~/components/ui/icon';
import type { RouteItem } from '~/lib/api-types';
import { curlFor } from '~/lib/curl';

export const RouteTable = ({ routes, origin }: { routes: RouteItem[]; origin: string }) => (
  <ul class="border-t border-line">
    {routes.map((route) => (
      <li key={`${route.method}@${route.path}`} class="flex min-h-9 flex-wrap items-center gap-x-3 border-b border-line py-1 text-13 sm:flex-nowrap sm:py-0">
        <span class="mono w-12 flex-none text-12 font-medium text-text-2">{route.method === '*' ? 'ANY' : route.method}</span>
        <span class="min-w-0 grow basis-[70%] sm:basis-auto">
          <Copy text={`${origin}${route.path}`} label="Address" class="mono text-12" />
        </span>
        <span class="truncate text-text-2 max-sm:pl-[60px] sm:max-w-[45%] sm:flex-none" title={route.pipeline ?? route.door}>
          {route.pipeline ?? route.door}
        </span>
        <button
          type="button"
          class="copy copy-shown btn btn-quiet btn-small ml-auto flex-none"
          data-copy={curlFor(origin, route)}
          title={curlFor(origin, route)}
          aria-label={`Copy a curl command for ${route.method} ${route.path}`}
        >
          <Icon name="copy" size={12} class="copy-mark" />
          <Icon name="check" size={12} class="copied-mark" />
          curl
        </button>
      </li>
    ))}
  </ul>
);
