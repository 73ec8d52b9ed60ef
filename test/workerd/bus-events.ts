/** Events of acme as they lie on the bus: each with an id of its own, a second after the one before. */
import type { EventMessage } from '#contracts/bus-rpc';

/** `prefix`: of their ids, so that those of one file are none of another's. */
export function busEvents(prefix: string) {
  let count = 0;
  return (type: string, data: object, more: Partial<EventMessage> = {}): EventMessage => ({
    specversion: '1.0',
    id: `${prefix}_${count++}`,
    type,
    source: '/test/test/test',
    time: new Date(1_700_000_000_000 + count * 1000).toISOString(),
    datacontenttype: 'application/json',
    data: data as never,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    tenant: 'acme',
    environment: 'production',
    ...more,
  });
}
