import { describe, expect, it } from 'vitest';
import { refusal } from '#workers/egress/address';

const verdict = (host: string) => refusal(new URL(`http://${host}/path`).hostname) === undefined;

const REFUSED = [
  // Loopback, in every spelling that a URL knows.
  '127.0.0.1',
  '127.255.255.254',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1:8080',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'app.localhost',
  // This network.
  '0.0.0.0',
  '0',
  '0.1.2.3',
  // Private.
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '3232235521',
  '0xc0a80001',
  // Carrier-grade NAT, link-local and metadata.
  '100.64.0.1',
  '100.127.255.255',
  '169.254.0.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '168.63.129.16',
  // Special ranges.
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  // IPv6.
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[ff02::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[2001::1]',
  '[64:ff9b:1::1]',
  '[1fff::1]',
  '[4000::1]',
  '[200::1]',
  // IPv4 inside IPv6.
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  // Names of private networks.
  'inventory-service',
  'metadata',
  'metadata.google.internal',
  'db.internal',
  'printer.local',
  'router.lan',
  'nas.home.arpa',
  'intranet.corp',
  '1.0.0.127.in-addr.arpa',
];

const ALLOWED = [
  'example.com',
  'api.stripe.com',
  'example.com:8443',
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '191.255.255.255',
  '192.167.255.255',
  '192.169.0.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '[2606:4700:4700::1111]',
  '[2a00:1450:4001:81c::200e]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::8.8.8.8]',
  '[2002:808:808::1]',
  'localhost.example.com',
  'internal.example.com',
  'xn--bcher-kva.example',
];

describe('hosts in hosted mode', () => {
  it.each(REFUSED)('refuses %s', (host) => {
    expect(verdict(host)).toBe(false);
  });
  it.each(ALLOWED)('allows %s', (host) => {
    expect(verdict(host)).toBe(true);
  });
  it('says why', () => {
    expect(refusal('169.254.169.254')).toBe('169.254.169.254 is not a public address (link-local)');
    expect(refusal('inventory-service')).toBe('inventory-service is a name of a private network');
  });
});
