/** Certificates of any key and time, signed by themselves: Node reads X.509 and writes none. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface KeyAndCertificate {
  /** PEM. */
  privateKey: string;
  certificate: string;
  /** Base64 of DER, as metadata has it. */
  der: string;
}

export interface CertificateWishes {
  /** Bits of RSA, or a curve. */
  key?: number | 'P-256' | 'P-384' | 'P-521' | 'secp256k1' | 'ed25519';
  /** Ms since the epoch. */
  from?: number;
  until?: number;
  name?: string;
}

const DAY_MS = 24 * 3_600_000;
const OIDS = { name: '550403', rsa: '2a864886f70d01010b', ecdsa: '2a8648ce3d040302', ed25519: '2b6570' };

export function selfSigned({
  key = 2048,
  from = Date.now() - DAY_MS,
  until = Date.now() + 365 * DAY_MS,
  name = 'idp',
}: CertificateWishes = {}): KeyAndCertificate {
  const { privateKey, publicKey } = keysOf(key);
  const oid = typeof key === 'number' ? OIDS.rsa : key === 'ed25519' ? OIDS.ed25519 : OIDS.ecdsa;
  const algorithm = der(0x30, der(0x06, hex(oid)), ...(typeof key === 'number' ? [der(0x05)] : []));
  const subject = der(0x30, der(0x31, der(0x30, der(0x06, hex(OIDS.name)), der(0x0c, Buffer.from(name)))));
  const body = der(
    0x30,
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    algorithm,
    subject,
    der(0x30, time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign(key === 'ed25519' ? null : 'sha256', body, privateKey);
  const certificate = der(0x30, body, algorithm, der(0x03, hex('00'), signature)).toString('base64');
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    der: certificate,
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/(.{64})/g, '$1\n').trim()}\n-----END CERTIFICATE-----\n`,
  };
}

function keysOf(key: NonNullable<CertificateWishes['key']>): { privateKey: KeyObject; publicKey: KeyObject } {
  if (typeof key === 'number') return generateKeyPairSync('rsa', { modulusLength: key });
  return key === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: key });
}

/** GeneralizedTime, which knows every year. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 128 ? [] : hex(length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0'));
  return Buffer.concat([Buffer.from([tag, length < 128 ? length : 0x80 | long.length]), Buffer.from(long), content]);
}
