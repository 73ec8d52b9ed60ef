/** All of them. */
import { DATA } from './data';
import { FLOW } from './flow';
import { OUTSIDE } from './outside';
import type { Show, Shows } from './show';
import { FORMS as STORE_FORMS, STORES } from './stores';

/** By type: each has one. */
export const SHOWS: Shows = { ...DATA, ...FLOW, ...OUTSIDE, ...STORES };

/** Further forms of an output, by what asks for them. */
export const FORMS: readonly (Show & { type: string; form: string })[] = STORE_FORMS;
