/**
 * What a password has to be: long enough, and none that everybody tries. No rules of signs and digits: they make
 * passwords worse (NIST SP 800-63B).
 */
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';

/** Of those that are long enough, the ones that head the lists of stolen passwords. */
const COMMON = new Set(
  `1234567890 12345678910 123456789a 0123456789 9876543210 0987654321 1122334455 1234512345 123123123123 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
qwertyuiop qwerty12345 qwerty123456 asdfghjkl1 asdfghjkl123 zxcvbnm123 q1w2e3r4t5 q1w2e3r4t5y6 password12 password123 password1234 password12345 passw0rd123
p@ssw0rd123 passwordpassword mypassword123 changeme123 welcome123 welcome1234 letmein123 letmein1234 iloveyou12 iloveyou123 sunshine123 princess123
football123 baseball123 superman123 dragon1234 monkey1234 master1234 shadow1234 michael123 jennifer123 charlie123 starwars123 whatever123 trustno1trustno1
abcdefghij abcdefghijk abc123abc123 abcd123456 a123456789 aa12345678 a1b2c3d4e5 administrator admin12345 admin123456 root123456 test123456 testtest123
correcthorsebatterystaple`.split(/\s+/),
);

/** Throws Problem('weak_password'). `personal`: words that somebody would try first. */
export function requireGoodPassword(password: string, personal: readonly string[]): void {
  const reason = weakness(password.normalize('NFKC'), personal);
  if (reason) throw new Problem('weak_password', reason, { errors: [{ code: 'weak_password', message: reason, path: 'password' }] });
}

function weakness(password: string, personal: readonly string[]): string | undefined {
  if ([...password].length < LIMITS.passwordMin) return `A password has at least ${LIMITS.passwordMin} characters.`;
  const plain = password.toLowerCase();
  if (COMMON.has(plain)) return 'This password is on every list of passwords to try first.';
  if (new Set(plain).size < 4) return 'This password is made of very few different characters.';
  const word = personal.map((each) => each.toLowerCase()).find((each) => each.length >= 4 && plain.includes(each) && plain.length - each.length < 4);
  return word === undefined ? undefined : `This password is little more than "${word}".`;
}

/** What of an account is easy to know. */
export function personalWords(company: string, email: string, name: string): string[] {
  return [company, email, email.split('@')[0]!, ...name.split(/\s+/)];
}
