/** Types of `advisories.mjs`, for its test. */
export function verdictOf(output: string): { passed: boolean; lines: string[] };
