/** Why something of SAML is not taken. The words are for owners and admins: nobody's name stands in them, and no text that a stranger chose. */

/** A document that is not read any further. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
}

/** What of an answer was not in order, as the audit log says it. */
export type AnswerFault =
  | 'unreadable'
  | 'structure'
  | 'status'
  | 'encrypted'
  | 'unsigned'
  | 'algorithm'
  | 'signature'
  | 'issuer'
  | 'destination'
  | 'recipient'
  | 'audience'
  | 'unsolicited'
  | 'request'
  | 'early'
  | 'expired'
  | 'replayed'
  | 'subject'
  | 'browser';

export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
  constructor(
    readonly fault: AnswerFault,
    message: string,
  ) {
    super(message);
  }
}
