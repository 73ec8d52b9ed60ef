/** Which ports hosted mode calls, by the ports of parsed URLs. */
import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { admit } from '#workers/egress/admit';

async function verdict(url: string): Promise<string> {
  try {
    await admit(new URL(url), { hosted: true });
    return 'called';
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

const REFUSED: [number, string][] = [
  [0, 'none'],
  [7, 'echo'],
  [19, 'chargen'],
  [21, 'ftp'],
  [22, 'ssh'],
  [23, 'telnet'],
  [25, 'smtp'],
  [53, 'dns'],
  [110, 'pop3'],
  [111, 'portmapper'],
  [139, 'netbios'],
  [143, 'imap'],
  [179, 'bgp'],
  [389, 'ldap'],
  [465, 'smtps'],
  [514, 'shell'],
  [587, 'submission'],
  [636, 'ldaps'],
  [993, 'imaps'],
  [2049, 'nfs'],
  [5060, 'sip'],
  [6000, 'x11'],
  [6667, 'irc'],
  [10080, 'amanda'],
];

describe('ports in hosted mode', () => {
  it.each(REFUSED)('refuses %i, %s, of both schemes', async (port) => {
    for (const scheme of ['http', 'https']) expect(await verdict(`${scheme}://a.example:${port}/`)).toBe('port_refused');
  });

  it.each(['', ':80', ':443', ':81', ':3000', ':5000', ':8000', ':8080', ':8443', ':9200', ':65535'])('calls a.example%s', async (port) => {
    for (const scheme of ['http', 'https']) expect(await verdict(`${scheme}://a.example${port}/`)).toBe('called');
  });

  it.each(['http://a.example:025/', 'http://a.example:0000025/', 'http://a.example:2\t5/'])('knows a port however it is written: %s', async (url) => {
    expect(await verdict(url)).toBe('port_refused');
  });

  it('says of an address inside that it is one, whatever the port', async () => {
    expect(await verdict('http://127.0.0.1:25/')).toBe('address_refused');
  });
});
