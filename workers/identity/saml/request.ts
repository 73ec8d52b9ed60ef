/**
 * The question to an identity provider: an AuthnRequest by HTTP-Redirect.
 *
 * It asks for no format of names and no way of signing in: providers refuse what they are not set up for, and their rules are theirs.
 */
import { randomToken } from '#workers/identity/link-tokens';
import type { ServiceProvider } from '#workers/identity/saml/metadata';
import { NS, POST_BINDING } from '#workers/identity/saml/names';
import { escapeXml } from '#workers/identity/saml/xml';

/** An id begins with a letter or `_`; base64url has nothing else that an id may not have. */
export function newRequestId(): string {
  return `_${randomToken()}`;
}

/** Where the browser goes. `relayState` comes back with the answer as it is: at most 80 characters, by the standard. */
export async function requestAddress(
  ssoUrl: string,
  { entity_id, acs_url }: ServiceProvider,
  { id, relayState, now }: { id: string; relayState: string; now: number },
): Promise<string> {
  const xml =
    `<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" xmlns:saml="${NS.assertion}" ID="${escapeXml(id)}" Version="2.0" ` +
    `IssueInstant="${new Date(now).toISOString()}" Destination="${escapeXml(ssoUrl)}" ProtocolBinding="${POST_BINDING}" ` +
    `AssertionConsumerServiceURL="${escapeXml(acs_url)}"><saml:Issuer>${escapeXml(entity_id)}</saml:Issuer>` +
    '<samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>';
  const url = new URL(ssoUrl);
  url.searchParams.set('SAMLRequest', await deflated(xml));
  url.searchParams.set('RelayState', relayState);
  return url.href;
}

async function deflated(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString('base64');
}
