/** What the brokers share: on the edge all of them are the event bus of the region. */
import { z } from 'zod';
import type { ModuleNotice, Ports } from '#contracts/module';

export const description = z.string().optional().describe('What it is for.');
export const topics = z.array(z.string()).optional().describe('Topics that are used, for the reader: a topic exists as soon as somebody publishes to it.');
export const busPorts: Ports = { offers: ['broker'] };

/** A broker outside is another system; what the application says to itself goes over the bus. */
export function outside(what: string): () => ModuleNotice[] {
  return () => [
    {
      severity: 'warning',
      message: `No connection to ${what} is made: events of this application go over the event bus of the region, with the same topics.`,
      hint: `To exchange events with a ${what} cluster, a connector is needed; between pipelines of the tenant the bus does the same.`,
    },
  ];
}
