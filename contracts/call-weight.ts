/**
 * What a call of the API costs of the units that a company has a minute, or an address without a credential. By how much it makes
 * the region work, not by who calls.
 */
export const CALL_UNITS = {
  /** What ends a credential: never refused, or whoever has stolen one could keep its owner from it by calling without end. */
  ending: 0,
  /** Starts, events and signals: starts have a rate of their own. */
  start: 0.25,
  light: 1,
  /** Reads that go over executions, logs, dead letters or the audit log, what compiles a document, and what sends mail. */
  medium: 5,
  /** Whole histories and whole companies: exports, imports, checks of a chain, work on many executions. And each try of a password. */
  heavy: 20,
} as const;

export type CallWeight = keyof typeof CALL_UNITS;
