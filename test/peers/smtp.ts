/**
 * A real mail server for the tests of the runtime: `smtp-server`, on a loopback port.
 * Recipients at `refused.example` are refused for good, at `busy.example` for now; what was taken is read at `inbox` over HTTP.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface SmtpPeer {
  /** Port of the mail server; it takes the user `wf` with the password `p@ss`. */
  port: number;
  /** Answers what was taken since it was asked last. */
  inbox: string;
}

interface Taken {
  from: string;
  to: string[];
  raw: string;
}

export async function startSmtp(): Promise<{ peer: SmtpPeer; stop(): Promise<void> }> {
  const inbox: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => (username === 'wf' && password === 'p@ss' ? done(null, { user: 'wf' }) : done(new Error('wrong'))),
    onRcptTo({ address }, _session, done) {
      if (address.endsWith('@refused.example')) return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      if (address.endsWith('@busy.example')) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        inbox.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const http = createServer((_request, response) => response.end(JSON.stringify(inbox.splice(0))));
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
  const portOf = (each: { address(): unknown }) => (each.address() as AddressInfo).port;
  return {
    peer: { port: portOf(server.server), inbox: `http://127.0.0.1:${portOf(http)}` },
    async stop() {
      await new Promise<void>((closed) => server.close(closed));
      await new Promise((closed) => http.close(closed));
    },
  };
}
