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
it.each([
  ['HTML', 'a&amp;b&lt;c&gt;&quot;d&#39;e%'],
  ['XML', 'a&amp;b&lt;c&gt;&quot;d&apos;e%'],
  ['text of HTML', `a&amp;b&lt;c&gt;"d'e%`],
  ['XML that leaves > as it is', 'a&amp;b&lt;c>&quot;d&#39;e%'],
  ['JSON of Go', 'a\\u0026b\\u003cc\\u003e\\"d\'e%'],
  ['JSON of PHP', 'a\\u0026b\\u003Cc\\u003E\\"d\'e%'],
  ['HTML of Go', 'a&amp;b&lt;c&gt;&#34;d&#39;e%'],
  ['HTML of Python', 'a&amp;b&lt;c&gt;&quot;d&#x27;e%'],
  ['JSON in JSON', `a&b<c>\\"d'e%`],
  ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(`a&b<c>"d'e%`))).slice(7, -7)],
  ['an address that it was filled into', new URL(`https://host.example/?k=a&b<c>"d'e%`).search.slice(3)],
  ['an address in an address', encodeURIComponent(encodeURIComponent(`a&b<c>"d'e%`))],
])('masks it in %s', (_, form) => expect(masked(`[${form}]`, `a&b<c>"d'e%`)).toBe('[***]'));
it.each([
  ['JSON in JSON of ASCII', 'a\\\\\\"b/\\u00e9&c'],
  ['HTML in JSON of ASCII', 'a&quot;b/\\u00e9&amp;c'],
  ['an address that leaves the slash', 'a%22b/%C3%A9%26c'],
])('masks one with everything in it in %s', (_, form) => expect(masked(`[${form}]`, 'a"b/é&c')).toBe('[***]'));
it('masks it in JSON of ASCII in JSON of ASCII', () => expect(masked('[cl\\\\u00e9-s3cret]', 'clé-s3cret')).toBe('[***]'));
it('masks it in the path of an address', () =>
  expect(masked(new URL('https://host.example/clé-s3cret/x').href, 'clé-s3cret')).toBe('https://host.example/***/x'));
it('leaves other text alone', () => expect(masked('Y2z and s3cre')).toBe('Y2z and s3cre'));
