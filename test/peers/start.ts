/** Real servers that the tests of the runtime talk to, beside it in Node; a test finds them by `inject`. */
import type { TestProject } from 'vitest/node';
import { type OidcPeer, startOidc } from './oidc.ts';
import { type SmtpPeer, startSmtp } from './smtp.ts';

declare module 'vitest' {
  interface ProvidedContext {
    smtp: SmtpPeer;
    oidc: OidcPeer;
  }
}

export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const [smtp, oidc] = await Promise.all([startSmtp(), startOidc(['http://localhost:8787/sign-in/callback/acme'])]);
  project.provide('smtp', smtp.peer);
  project.provide('oidc', oidc.peer);
  return async () => {
    await Promise.all([smtp.stop(), oidc.stop()]);
  };
}
