/**
 * Names of services for local development: `http://inventory-service/api/reserve` of a document reaches a service
 * on this machine. In hosted mode there are none.
 */
import { isJsonObject } from '#contracts/json';

export type HostAliases = ReadonlyMap<string, URL>;

/**
 * From `HOST_ALIASES`, JSON of host (`inventory-service` or `payment-gateway:8082`) to base URL. Throws an Error that
 * says what is wrong with it.
 */
export function parseHostAliases(text: string | undefined): HostAliases {
  if (!text) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error('HOST_ALIASES is not valid JSON.', { cause });
  }
  if (!isJsonObject(value)) throw new Error('HOST_ALIASES is a JSON object of host to base URL.');
  return new Map(
    Object.entries(value).map(([host, base]) => {
      if (typeof base !== 'string' || !URL.canParse(base)) throw new Error(`HOST_ALIASES: ${host} has no base URL.`);
      return [host.toLowerCase(), new URL(base)];
    }),
  );
}

/** Where a URL really goes. The alias of host and port wins over the alias of the host. */
export function resolveAlias(url: URL, aliases: HostAliases): URL {
  const base = aliases.get(url.host) ?? aliases.get(url.hostname);
  if (!base) return url;
  return new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}${url.pathname}${url.search}`);
}
