/** Whom an answer names. SAML does not say whether an address is verified: that a provider speaks for its domain, the owner says. */
import type { ExternalPerson } from '#workers/identity/external-person';
import type { VerifiedAnswer } from '#workers/identity/saml/answer';
import { AnswerRefused } from '#workers/identity/saml/refused';

/** Where providers write the name of somebody, by their own habits; it is shown, and decides nothing. */
const NAMES = [
  'displayName',
  'name',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
];

/** `emailAttribute`: name of the attribute that holds the address; without one it is the NameID. Throws AnswerRefused('subject'). */
export function personOf({ name_id, attributes }: VerifiedAnswer, emailAttribute: string | undefined): ExternalPerson {
  const email = emailAttribute === undefined ? name_id.value : onlyValue(attributes.get(emailAttribute), emailAttribute);
  const name = NAMES.flatMap((key) => attributes.get(key) ?? []).find((value) => value !== '' && !value.includes('@'));
  return { subject: name_id.value, email, ...(name === undefined ? {} : { name }) };
}

function onlyValue(values: readonly string[] | undefined, name: string): string {
  if (values?.length !== 1) throw new AnswerRefused('subject', `The attribute ${name.slice(0, 100)} does not hold exactly one address.`);
  return values[0]!;
}
