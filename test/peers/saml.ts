/**
 * An identity provider that speaks SAML (`samlify`), beside the runtime on a loopback port. `POST /register` takes the metadata of a
 * service provider; `GET /sso` is where browsers come with a request of one that is registered, and anybody signs in with the name they
 * type: `ada` is `ada@corp.example`. `POST /answer` makes any answer, right or wrong (`AnswerWishes`), and
 * `POST /certificate` any certificate with its key.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type CertificateWishes, type KeyAndCertificate, selfSigned } from './certificate.ts';
import { type AnswerWishes, answerOf, filled, TEMPLATE } from './saml-answer.ts';

export interface SamlPeer {
  issuer: string;
  sso: string;
  /** Of the provider, with a second certificate that is on its way in. */
  metadata: string;
  /** PEM, by the name of its key: `own`, `next`, `stranger`, `curve`. */
  certificates: Record<string, string>;
}

// Its types bring those of browsers along.
const { IdentityProvider, ServiceProvider, setSchemaValidator } = createRequire(import.meta.url)('samlify');
interface Service {
  entityMeta: { getEntityID(): string; getAssertionConsumerService(binding: 'post'): string };
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/** `host`: its name in addresses; a browser takes `localhost` for another site than `127.0.0.1`. */
export async function startSaml(host = '127.0.0.1'): Promise<{ peer: SamlPeer; stop(): Promise<void> }> {
  // What comes in is not checked against the schema of XML: it is ours.
  setSchemaValidator({ validate: async () => 'not checked' });
  const keys: Record<string, KeyAndCertificate> = {
    own: selfSigned(),
    next: selfSigned({ name: 'next' }),
    stranger: selfSigned({ name: 'stranger' }),
    curve: selfSigned({ key: 'P-256' }),
  };
  const registered = new Map<string, Service>();
  const server = createServer((request, response) => {
    answer(request).then(
      (page) => response.setHeader('content-type', 'text/html; charset=utf-8').end(page),
      (error: unknown) => {
        response.statusCode = 400;
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/metadata`;
  const sso = `${origin}/sso`;
  const providerWith = (signingCert: string | string[]) =>
    IdentityProvider({
      entityID: issuer,
      privateKey: keys.own!.privateKey,
      signingCert,
      requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
      singleSignOnService: [{ Binding: REDIRECT, Location: sso }],
      singleLogoutService: [{ Binding: REDIRECT, Location: `${origin}/logout` }],
      loginResponseTemplate: { context: TEMPLATE, attributes: [] },
    });
  // It signs with the one of its keys, and announces both.
  const provider = providerWith(keys.own!.certificate);

  async function answer(request: IncomingMessage): Promise<string> {
    const url = new URL(request.url!, origin);
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /register': {
        const service = ServiceProvider({ metadata: await text(request) });
        registered.set(service.entityMeta.getEntityID(), service);
        return 'registered';
      }
      case 'POST /answer':
        return answerOf(JSON.parse(await text(request)) as AnswerWishes, keys);
      case 'POST /certificate':
        return JSON.stringify(selfSigned(JSON.parse(await text(request)) as CertificateWishes));
      case 'GET /sso':
        return signInPage(url.searchParams);
      case 'POST /sso':
        return answered(new URLSearchParams(await text(request)));
      default:
        throw new Error('nothing is here');
    }
  }

  function signInPage(query: URLSearchParams): string {
    const fields = ['SAMLRequest', 'RelayState'].map((name) => `<input type="hidden" name="${name}" value="${escaped(query.get(name) ?? '')}">`);
    return page(`<form method="post" action="/sso">${fields.join('')}<label>Name <input name="login"></label><button>Sign in</button></form>`);
  }

  async function answered(form: URLSearchParams): Promise<string> {
    const { service, id } = await requestOf(form.get('SAMLRequest') ?? '');
    const acs = service.entityMeta.getAssertionConsumerService('post');
    const audience = service.entityMeta.getEntityID();
    const wishes = { acs, audience, request: id, issuer, name_id: `${form.get('login')}@corp.example`, attributes: { displayName: form.get('login') ?? '' } };
    const made = await provider.createLoginResponse(
      service,
      { extract: { request: { id } } },
      'post',
      {},
      {
        customTagReplacement: () => ({ id: 'made', context: filled(wishes) }),
      },
    );
    const fields = { SAMLResponse: made.context, RelayState: form.get('RelayState') ?? '' };
    const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
    return page(`<form method="post" action="${escaped(acs)}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`);
  }

  /** Of the one who is registered, and nobody else. */
  async function requestOf(SAMLRequest: string) {
    for (const service of registered.values()) {
      try {
        const { extract } = await provider.parseLoginRequest(service, 'redirect', { query: { SAMLRequest } });
        if (extract.issuer === service.entityMeta.getEntityID()) return { service, id: extract.request.id as string };
      } catch {
        // Of another one.
      }
    }
    throw new Error('the request is of nobody who is registered');
  }

  return {
    peer: {
      issuer,
      sso,
      metadata: providerWith([keys.own!.certificate, keys.next!.certificate]).getMetadata(),
      certificates: Object.fromEntries(Object.entries(keys).map(([name, { certificate }]) => [name, certificate])),
    },
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function page(body: string): string {
  return `<!doctype html><title>Sign in to Corp</title>${body}`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
