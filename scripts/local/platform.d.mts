/** Types of `platform.mjs`, for the tests that start a platform. */

/** One runtime process and its folder. */
export interface RuntimeHandle {
  /** Folder of its state. */
  readonly dir: string;
  /** Where it listens by itself, on loopback. */
  readonly port: number;
  /** Process id of the runtime; `undefined` while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL, as a crash would. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, from what is on disk. */
  start(): Promise<void>;
}

export interface RegionHandle extends RuntimeHandle {
  /** Does what its cron trigger would have it do at that instant, epoch ms. */
  scheduled(at: number): Promise<void>;
}

export interface Platform {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  readonly port: number;
  readonly adminKey: string;
  readonly stateDir: string;
  readonly logDir: string;
  readonly regions: { readonly us: RegionHandle; readonly eu: RegionHandle; readonly [further: string]: RegionHandle };
  readonly router: RuntimeHandle;
  readonly upstream: RuntimeHandle & { readonly origin: string };
  stop(): Promise<void>;
}

export interface PlatformOptions {
  /** 0 takes a free port; default 8787. */
  port?: number;
  stateDir?: string;
  /** Another wrangler.toml than that of the repository. */
  config?: string;
  /** Bring the dashboard's build up to date first; default true. */
  pages?: boolean;
  /** ADMIN_API_KEY, SESSION_SECRET and more, instead of those in `.dev.vars`. */
  secrets?: Record<string, string>;
  /** Runs against the whole platform before its port opens. */
  prepare?: (access: { origin: string; adminKey: string }) => Promise<void>;
  say?: (line: string) => void;
  /** Gets every console.error of a Worker. */
  onError?: (line: string) => void;
  /** A runtime ended without having been asked to. */
  onExit?: (name: string) => void;
}

export class PortTaken extends Error {
  readonly port: number;
  readonly run?: { pid: number; port: number };
}

export function startPlatform(options?: PlatformOptions): Promise<Platform>;
