/** What of an execution's data is not kept: which fields, and which kinds of text. */

/** Kinds of personal data that are known by their form. */
export const MASK_PATTERNS = ['email', 'phone', 'credit_card', 'iban', 'ssn', 'ip_address'] as const;
export type MaskPattern = (typeof MASK_PATTERNS)[number];

export interface MaskRules {
  /** Fields, as keys: from `trigger` or `steps` on; any other path is looked for at every depth. `*` is any one key. */
  paths: string[][];
  patterns: MaskPattern[];
  /** Regular expressions of the author's own (RE2's syntax). */
  expressions: string[];
}
