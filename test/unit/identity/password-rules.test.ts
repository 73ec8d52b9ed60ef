/** Which passwords are taken: by length, by what everybody tries, by what is known of the account. */
import { expect, it } from 'vitest';
import { personalWords, requireGoodPassword } from '#workers/identity/password-rules';

const words = personalWords('acme', 'ada.lovelace@example.com', 'Ada Lovelace');
const verdict = (password: string) => {
  try {
    requireGoodPassword(password, words);
    return 'good';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

it.each<[string, string, string]>([
  ['a few words', 'plenty of horses', 'good'],
  ['ten letters of other alphabets', 'пароль-мой1', 'good'],
  ['ten signs beyond the basic plane', '🐎🐖🐑🐐🐓🐈🐕🦆🐇🐁', 'good'],
  ['nine characters', 'plenty123', 'weak_password'],
  ['nine signs of two units each', '🐎🐖🐑🐐🐓🐈🐕🦆🐇', 'weak_password'],
  ['one that everybody tries', 'password1234', 'weak_password'],
  ['the same in capitals', 'PassWord1234', 'weak_password'],
  ['the same in full-width letters', 'ｐａｓｓｗｏｒｄ１２３４', 'weak_password'],
  ['a row of digits', '1234567890', 'weak_password'],
  ['three characters over and over', 'abcabcabcabc', 'weak_password'],
  ['the own address', 'ada.lovelace@example.com', 'weak_password'],
  ['the part before the at sign, and a digit', 'Ada.Lovelace1', 'weak_password'],
  ['a sentence that names oneself', 'ada.lovelace likes engines', 'good'],
])('%s', (_what, password, expected) => {
  expect(verdict(password)).toBe(expected);
});
