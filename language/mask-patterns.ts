/**
 * Personal data by its form. Each pattern finds candidates in linear time; what has a check sum is checked, so that an
 * order number is not taken for a card.
 */
import type { MaskPattern } from '#contracts/mask';

interface Form {
  /** Flags g and u; repetitions are bounded and never stand within each other. */
  candidate: RegExp;
  /** Whether the candidate is one. */
  check?(text: string): boolean;
}

export const FORMS: { [P in MaskPattern]: Form } = {
  email: { candidate: /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu },
  // International, national with a leading zero, or written as in North America.
  phone: {
    candidate: /(?<![\w.])(?:\+\d[\d ()./-]{6,18}\d|0\d[\d ()/-]{6,16}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)/gu,
    check: (text) => digitsOf(text).length <= 15,
  },
  credit_card: { candidate: /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]?\d)/gu, check: (text) => luhn(digitsOf(text)) },
  iban: { candidate: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)/gu, check: (text) => iban(text.replaceAll(' ', '')) },
  ssn: { candidate: /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/gu },
  ip_address: {
    candidate: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]|\w)|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])/gu,
    check: (text) =>
      text.includes(':')
        ? text.length > 2 && (text.split('::').length === 2 || text.split(':').length === 8)
        : text.split('.').every((part) => Number(part) <= 255),
  },
};

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.at(-1 - i));
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && !/^0+$/.test(digits);
}

/** ISO 13616: the first four to the end, letters as numbers, rest 1 of 97. */
function iban(text: string): boolean {
  let rest = 0;
  for (const char of text.slice(4) + text.slice(0, 4)) {
    for (const digit of Number.parseInt(char, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
