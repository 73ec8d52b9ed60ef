/** No form in which a secret may come back gets through. */
import { expect, it } from 'vitest';
import type { StepOutcome } from '#contracts/step';
import { maskOutcome } from '#workers/secrets/fill';

const SECRET = 'clé/ß+€-s3cret';
const BYTES = Buffer.from(SECRET);
const masked = (text: string, value = SECRET) => (maskOutcome({ kind: 'completed', output: text } as StepOutcome, [value]) as { output: string }).output;

it.each([
  ['plain', SECRET],
  ['its UTF-8 read as Latin-1', BYTES.toString('latin1')],
  ['its UTF-8 read as windows-1252', new TextDecoder('windows-1252').decode(BYTES)],
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['percent-encoded in small letters', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ['of a form', new URLSearchParams({ v: SECRET }).toString().slice(2)],
  ['Latin-1, percent-encoded', encodeURIComponent(BYTES.toString('latin1'))],
  ['base64', BYTES.toString('base64')],
  ['hex', BYTES.toString('hex')],
  ['hex in capitals', BYTES.toString('hex').toUpperCase()],
  ['base64url', BYTES.toString('base64url')],
  ['ASCII JSON', 'cl\\u00e9/\\u00df+\\u20ac-s3cret'],
  ['ASCII JSON in capitals', 'cl\\u00E9\\/\\u00DF+\\u20AC-s3cret'],
])('masks %s', (_, form) => expect(masked(`<${form}>`)).toBe('<***>'));

it.each(['', 'u', 'us', 'use'])('masks it inside the base64 of a user and password: %j', (user) => {
  const text = masked(Buffer.from(`${user}:${SECRET}:x`).toString('base64'));
  expect(text).toContain('***');
  expect(Buffer.from(text.replace('***', ''), 'base64').toString()).not.toMatch(/s3c|cl/);
});

it('masks it inside the hex of a user and password', () => expect(masked(Buffer.from(`u:${SECRET}:x`).toString('hex'))).toBe('753a***3a78'));
it('masks the hex of Latin-1', () => expect(masked(Buffer.from('clé-s3cret', 'latin1').toString('hex'), 'clé-s3cret')).toBe('***'));
it('masks JSON escapes', () => expect(masked('say \\"hi\\"\\n', 'say "hi"\n')).toBe('***'));
it('leaves other text alone', () => expect(masked('Y2z and s3cre')).toBe('Y2z and s3cre'));
