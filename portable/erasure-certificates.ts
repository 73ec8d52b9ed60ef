/**
 * Certificates of erased companies, checked without a platform: each by its own hash, and those of a region by the hash of the one
 * before, so that none can be changed, taken out or put in between unseen.
 *
 * The hash is over the JSON text of the certificate as it was written, which `written` makes: these keys in this order,
 * instants in milliseconds. Another order or another key would be another hash, so it is for ever.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { erasureCertificateSchema } from '#contracts/api-erasure';
import type { ErasureCertificate } from '#contracts/erasure';

/** As the API shows it. */
export type ShownCertificate = z.infer<typeof erasureCertificateSchema>;

/** Of the first certificate of a region. */
export const FIRST_PREV = '0'.repeat(64);

/** Hex SHA-256 of one link of the chain. */
export function certificateHash(certificate: Omit<ErasureCertificate, 'hash'>): string {
  return createHash('sha256').update(written(certificate)).digest('hex');
}

function written({ id, tenant, requested_by, requested_at, finished_at, regions, prev }: Omit<ErasureCertificate, 'hash'>): string {
  const attested = regions.map((each) => ({
    region: each.region,
    finished_at: each.finished_at,
    rounds: each.rounds,
    erased: each.erased.map(({ stage, count, sha256 }) => ({ stage, count, sha256 })),
  }));
  return JSON.stringify({ id, tenant, requested_by, requested_at, finished_at, regions: attested, prev });
}

/** The region that wrote it: its own part comes first. */
export function regionOfCertificate({ regions }: Pick<ShownCertificate, 'regions'>): string {
  return regions[0]?.region ?? '';
}

/** Whether it is as it was written. */
export function isAsWritten({ requested_at, finished_at, regions, hash, ...rest }: ShownCertificate): boolean {
  const attested = regions.map((each) => ({ ...each, finished_at: Date.parse(each.finished_at) }));
  return certificateHash({ ...rest, requested_at: Date.parse(requested_at), finished_at: Date.parse(finished_at), regions: attested }) === hash;
}

/** What is wrong with them, in words. `shown`: all that there are, of each region the newest first, as the platform lists them. */
export function chainFaults(shown: readonly ShownCertificate[]): string[] {
  const faults: string[] = [];
  const chains = Map.groupBy(shown, regionOfCertificate);
  for (const [region, newestFirst] of chains) {
    let prev = FIRST_PREV;
    for (const certificate of newestFirst.toReversed()) {
      const { id } = certificate;
      if (!isAsWritten(certificate)) faults.push(`${id} of ${region} was changed: its hash is another one.`);
      if (certificate.prev !== prev) faults.push(`${id} of ${region} does not follow the one before it: one was taken out, put in, or changed.`);
      prev = certificate.hash;
    }
  }
  return faults;
}
