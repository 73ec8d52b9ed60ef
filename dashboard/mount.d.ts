/** The Qwik City handler for the Workers runtime. */
export function fetch(request: Request, env: Record<string, unknown>, ctx: { waitUntil(promise: Promise<unknown>): void }): Promise<Response>;
/** HTML of last resort, when rendering failed. */
export function crashPage(requestId: string, nonce: string): string;
