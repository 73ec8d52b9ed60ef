/** A pattern that cannot be understood. */
export class PatternError extends Error {}
