/** Bindings of the router; `wrangler.toml`, `[env.router]`. */
export interface RouterEnv {
  DIRECTORY: D1Database;
  /** `hosted` or `local`. */
  MODE: string;
  /** Applications answer at `{workflow}.{tenant}.DOMAIN`. */
  DOMAIN: string;
  ADMIN_API_KEY: string;
  /** As in the regions; see `contracts/address-rate.ts`. */
  ADDRESS_RATE?: string;
  /** One service per region: `REGION_US`, `REGION_EU`, … */
  [binding: `REGION_${string}`]: Fetcher;
}

/** A regional Worker behind its service binding. */
export interface Region {
  name: string;
  service: Fetcher;
  /** Where everybody comes from, on a machine whose runtime does not say it: it listens on loopback only. At the edge Cloudflare says it. */
  clients?: string;
  /** The region is a process, reached over connections that may end unseen. Absent: a Worker beside this one. */
  link?: 'connection';
}

/** The regions in the order of `wrangler.toml`; the binding's name says the region's. */
export function regionsOf(env: RouterEnv): Region[] {
  const onOneMachine: Partial<Region> = env.MODE === 'local' ? { clients: '127.0.0.1', link: 'connection' } : {};
  return Object.keys(env)
    .filter((binding): binding is `REGION_${string}` => binding.startsWith('REGION_'))
    .map((binding) => ({ name: binding.slice('REGION_'.length).toLowerCase().replaceAll('_', '-'), service: env[binding] as Fetcher, ...onOneMachine }));
}
