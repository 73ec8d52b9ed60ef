/**
 * Mail over SMTP: `SMTP_URL` is `smtps://user:password@host` (TLS from the start, port 465) or `smtp://…` (STARTTLS, port 587).
 *
 * 1. Nothing goes out unencrypted, but to this machine itself, which only local development has.
 * 2. The host's name is resolved by the platform's sockets, not looked up here.
 */
import type { Buffer } from 'node:buffer';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Mail } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import { MailRefused, messageId, type Sender } from '#workers/mail/port';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const PATIENCE_MS = 20_000;

interface Server {
  host: string;
  port: number;
  secure: boolean;
  plain: boolean;
  auth?: { user: string; pass: string };
}

/** Throws MailRefused when the server refuses the mail for good. */
export async function sendOverSmtp(url: string, sender: Sender, mail: Mail): Promise<void> {
  const server = serverOf(url);
  const raw = await rawOf(mail, sender);
  const connection = new SMTPConnection(await optionsOf(server));
  try {
    await settled((done) => {
      connection.once('error', done);
      connection.connect(done);
    });
    const { auth } = server;
    if (auth) await settled((done) => connection.login({ credentials: auth }, done));
    await settled((done) => connection.send({ from: sender.address, to: [mail.to] }, raw, done));
  } catch (error) {
    const { responseCode, code } = error as { responseCode?: number; code?: string };
    // A password that is refused is the operator's to mend; the mail goes out once it is.
    const final = responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
    throw final ? new MailRefused(`The mail server answered ${responseCode}.`, { cause: error }) : error;
  } finally {
    connection.quit();
  }
}

function serverOf(text: string): Server {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) {
    throw new Problem('mail_unavailable', 'SMTP_URL is not of the form smtps://user:password@host:465.');
  }
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    plain: !secure && LOOPBACK.has(url.hostname),
    ...(url.username ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } } : {}),
  };
}

async function optionsOf({ host, port, secure, plain }: Server) {
  const socket: Socket = secure ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
  await new Promise<void>((done, failed) => {
    socket.once(secure ? 'secureConnect' : 'connect', done);
    socket.once('error', failed);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('The mail server does not answer')));
  });
  return {
    host,
    port,
    connection: socket,
    secured: secure,
    requireTLS: !secure && !plain,
    ignoreTLS: plain,
    name: 'workflow',
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  };
}

async function rawOf(mail: Mail, sender: Sender): Promise<Buffer> {
  const message = new MailComposer({
    from: sender,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: await messageId(mail, sender),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
}

function settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
