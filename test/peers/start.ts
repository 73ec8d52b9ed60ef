/** Real servers that the tests of the runtime talk to, beside it in Node; a test finds them by `inject`. */
import type { TestProject } from 'vitest/node';
import { type CollectorPeer, startCollector } from './collector.ts';
import { storageInMemory } from './in-memory.ts';
import { type OidcPeer, startOidc } from './oidc.ts';
import { type SamlPeer, startSaml } from './saml.ts';
import { type SecretPeer, serveSecrets } from './secret-stores/serve.ts';
import { VaultStandIn } from './secret-stores/vault.ts';
import { type SmtpPeer, startSmtp } from './smtp.ts';

declare module 'vitest' {
  interface ProvidedContext {
    smtp: SmtpPeer;
    oidc: OidcPeer;
    saml: SamlPeer;
    vault: SecretPeer;
    collector: CollectorPeer;
    /** Of the files that look at what has come: others run beside them. */
    collectorOfObserver: CollectorPeer;
    collectorOfModules: CollectorPeer;
  }
}

export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const clear = storageInMemory();
  const [smtp, oidc, saml, vault, collector, ofObserver, ofModules] = await Promise.all([
    startSmtp(),
    startOidc(['http://localhost:8787/sign-in/callback/acme']),
    startSaml(),
    serveSecrets((address) => new VaultStandIn(address, Date.now, { method: 'approle' })),
    startCollector(),
    startCollector(),
    startCollector(),
  ]);
  project.provide('smtp', smtp.peer);
  project.provide('oidc', oidc.peer);
  project.provide('saml', saml.peer);
  project.provide('vault', vault.peer);
  project.provide('collector', collector.peer);
  project.provide('collectorOfObserver', ofObserver.peer);
  project.provide('collectorOfModules', ofModules.peer);
  return async () => {
    await Promise.all([smtp, oidc, saml, vault, collector, ofObserver, ofModules].map((server) => server.stop()));
    clear();
  };
}
