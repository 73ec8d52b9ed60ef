/** A company's SAML provider in the tests: added here, asked for answers of any kind, and come back from. */
import { expect, inject } from 'vitest';
import type { CertificateWishes, KeyAndCertificate } from '../peers/certificate';
import type { AnswerWishes } from '../peers/saml-answer';
import { call, ORIGIN } from './api-client';
import { type ProviderBrowser, path } from './provider-browser';

export const saml = inject('saml');
export const SAML = { kind: 'saml', name: 'Corp', metadata: saml.metadata, email_domains: ['corp.example'], auto_join_role: 'editor' };

export interface Added {
  id: string;
  tenant: string;
  acs: string;
  audience: string;
}

export async function added(settings: object = SAML, tenant = 'acme'): Promise<Added> {
  const { status, body } = await call('POST', '/identity-providers', { body: settings, headers: { 'x-tenant': tenant } });
  expect([status, body.detail]).toEqual([201, undefined]);
  return { id: body.id, tenant, acs: body.service_provider.acs_url, audience: body.service_provider.entity_id };
}

export interface Begun {
  request: string;
  state: string;
}

/** The request that the browser is led away with. */
export async function begin(browser: ProviderBrowser, { id, tenant }: Added, more = ''): Promise<Begun> {
  const address = new URL(path(await browser.open(`${ORIGIN}/sign-in/with/${id}?company=${tenant}${more}`))!);
  const xml = await inflated(address.searchParams.get('SAMLRequest')!);
  return { request: / ID="([^"]+)"/.exec(xml)![1]!, state: address.searchParams.get('RelayState')! };
}

/** SAMLResponse, in base64. */
export async function answer({ acs, audience }: Added, { request }: Begun, wishes: Partial<AnswerWishes> = {}): Promise<string> {
  const all: AnswerWishes = { acs, audience, request, issuer: saml.issuer, name_id: 'ada@corp.example', ...wishes };
  const response = await fetch(`${new URL(saml.sso).origin}/answer`, { method: 'POST', body: JSON.stringify(all) });
  const text = await response.text();
  expect([response.status, response.status === 200 || text]).toEqual([200, true]);
  return text;
}

/** Of any key and time, made anew. */
export async function certificate(wishes: CertificateWishes): Promise<KeyAndCertificate> {
  return (await fetch(`${new URL(saml.sso).origin}/certificate`, { method: 'POST', body: JSON.stringify(wishes) })).json();
}

/** As a page of the provider posts it: across sites, so without the cookies. */
export async function post(browser: ProviderBrowser, { acs }: Pick<Added, 'acs'>, SAMLResponse: string, RelayState = ''): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(saml.sso).origin, 'sec-fetch-site': 'cross-site' };
  return browser.open(acs, { method: 'POST', body: new URLSearchParams({ SAMLResponse, RelayState }).toString(), headers, crossSite: true });
}

/** The whole way; where it ends. */
export async function enter(browser: ProviderBrowser, provider: Added, wishes: Partial<AnswerWishes> = {}, more = ''): Promise<string | null> {
  const begun = await begin(browser, provider, more);
  const led = await post(browser, provider, await answer(provider, begun, wishes), begun.state);
  const next = path(led);
  return next?.startsWith('/sign-in/saml/') ? path(await browser.open(ORIGIN + next)) : next;
}

export async function inflated(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
}

export const decoded = (base64: string) => Buffer.from(base64, 'base64').toString();
export const encoded = (text: string) => Buffer.from(text).toString('base64');
