/** Types of the local start's plain JavaScript modules, as far as bench and tests use them. */

declare module '*/scripts/local/install.mjs' {
  export const ROOT: string;
}

declare module '*/scripts/local/ports.mjs' {
  export function freePort(): Promise<number>;
}

declare module '*/scripts/local/build.mjs' {
  export function buildDashboard(say: (line: string) => void): Promise<void>;
  export function buildWorkers(say: (line: string) => void): Promise<{ router: string; region: string; upstream: string }>;
}

declare module '*/scripts/local/migrations.mjs' {
  export function migrate(database: D1Database, folder: string): Promise<void>;
  export function migrateStored(dir: string, folder: string): Promise<void>;
}

declare module '*/scripts/local/miniflare.mjs' {
  export function loadMiniflare(): typeof import('miniflare');
  export function widenedSource(): string;
}

declare module '*/scripts/local/instances.mjs' {
  export interface Instance {
    name: string;
    pid: number;
    port: number;
    d1(binding: string): Promise<D1Database>;
    dispose(): Promise<void>;
  }
  export function startInstance(spec: {
    name: string;
    config: string;
    env?: string;
    script: string;
    port: number;
    stateDir: string;
    logDir: string;
    bindings?: Record<string, string>;
    services?: Record<string, number>;
    outbound?: (request: import('miniflare').Request) => Promise<import('miniflare').Response>;
    inspectorPort?: number;
    onError?: (line: string) => void;
  }): Promise<Instance>;
}

declare module '*/scripts/local/browser.mjs' {
  export function findBrowser(say: (line: string) => void): string | undefined;
}
