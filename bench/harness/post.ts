/** Sends JSON text, with as little beside it as Node allows: a load generator is to cost little itself. */
import { type Agent, request } from 'node:http';

/** `agent`: `false` opens a connection of its own. Rejects where nobody answered. */
export function post(agent: Agent | false, url: string, body: string, extra?: { [header: string]: string }): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...extra };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
