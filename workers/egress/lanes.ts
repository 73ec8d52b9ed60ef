/** The lanes of this isolate: of the objects that live in it, and of the requests that it answers itself. */
import { Bulkhead } from '#workers/egress/bulkhead';

export const lanes = new Bulkhead();
