/** What happened beside the routes of the API, as entries of the audit log name it, in words. A route's words are its summary. */
export const BESIDE_ROUTES: Readonly<Record<string, string>> = {
  'sign-in': 'Sign in',
  'sign-in-refused': 'Try to sign in too often',
  'answer-refused': 'Bring an answer of an identity provider that is refused',
  'credential-refused': 'Use a key or session that is refused',
  'call-refused': 'Call a host that may not be called',
  'refresh-token-reused': 'Use a refresh token a second time',
  'first-owner': 'Make the account of the first owner',
  'accept-invitation': 'Accept an invitation',
  join: 'Join through an identity provider',
  'verify-address': 'Verify an address',
  'change-address': 'Change the own e-mail address',
  'reset-password': 'Set a new password by a link',
  'retention-sweep': 'Remove what is kept no longer',
};
