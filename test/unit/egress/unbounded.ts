/** The way out of a company that nothing bounds. */
import { Bulkhead } from '#workers/egress/bulkhead';
import { Passage } from '#workers/egress/passage';
import type { ForwarderPorts } from '#workers/ingress/doors/forward';

export const unbounded: ForwarderPorts['passage'] = (turn) => Passage.begin(new Bulkhead(), 'acme', { calls: null, bytes_per_s: null }, turn);
