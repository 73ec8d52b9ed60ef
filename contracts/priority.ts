/** Which start goes first: a whole number, greater first; some have names. */
export const PRIORITIES = { low: -10, normal: 0, high: 10 } as const;
export const PRIORITY_MAX = 1000;
