/** `erasures`: certificates of erased companies, and whether they are as they were written. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CONNECTION, type Connection, call, connect } from '#cli/client';
import { type Command, FAILED, Failure, OK, type Surroundings } from '#cli/command';
import { LIST_PAGE } from '#cli/list-options';
import { printable } from '#cli/print-diagnostics';
import { erasureCertificateSchema } from '#contracts/api-erasure';
import { isJsonObject, type Json } from '#contracts/json';
import { chainFaults, isAsWritten, regionOfCertificate, type ShownCertificate } from '#portable/erasure-certificates';

export const erasures: Command = {
  name: 'erasures',
  summary: 'Prints certificates of erased companies and checks each, and their chain; with FILE one that was copied, offline',
  positionals: ['[FILE]'],
  options: { url: CONNECTION.url },
  async run(given, around) {
    const [file] = given.positionals;
    if (file !== undefined) return checkFile(file, around);
    const { certificates, away } = await listed(connect(given, around));
    for (const certificate of certificates) around.out(lineOf(certificate));
    // Of a region that was lost halfway, the rest would seem to be taken out.
    const faults = chainFaults(certificates.filter((certificate) => !away.includes(regionOfCertificate(certificate))));
    for (const fault of faults) around.note(printable(fault));
    if (away.length > 0) around.note(`${away.join(' and ')} did not answer: certificates of companies that were at home there are missing.`);
    if (faults.length > 0) return FAILED;
    around.note(
      certificates.length === 0
        ? 'No company has been erased.'
        : `${counted(certificates.length)} as written, and none is missing between the first and the last.`,
    );
    return away.length > 0 ? FAILED : OK;
  },
};

/** The hash of a single one says that it is whole; that the platform has written it, the list of the platform says. */
async function checkFile(file: string, around: Surroundings): Promise<number> {
  const certificate = erasureCertificateSchema.safeParse(await jsonIn(file, around));
  if (!certificate.success) throw new Failure(`${file} is not a certificate of erasure: it has to be one item of GET /api/v1/erasures, as JSON.`);
  around.out(lineOf(certificate.data));
  if (!isAsWritten(certificate.data)) {
    around.note('It was changed: its hash is another one.');
    return FAILED;
  }
  around.note('It is whole. Whether the platform has written it, its list says: npm run wf -- erasures has this hash in it.');
  return OK;
}

async function jsonIn(file: string, { cwd }: Surroundings): Promise<Json> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Failure(`There is no file ${file}.`);
    throw error;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Failure(`${file} is not JSON.`);
  }
}

async function listed(connection: Connection): Promise<{ certificates: ShownCertificate[]; away: string[] }> {
  const certificates: ShownCertificate[] = [];
  const away = new Set<string>();
  const query = new URLSearchParams({ limit: String(LIST_PAGE) });
  for (;;) {
    const { body } = await call(connection, 'GET', `/erasures?${query}`);
    certificates.push(...erasureCertificateSchema.array().parse(body.items));
    for (const each of Array.isArray(body.regions) ? body.regions : []) if (isJsonObject(each) && each.status !== 'ok') away.add(String(each.region));
    if (typeof body.next_cursor !== 'string') return { certificates, away: [...away] };
    query.set('cursor', body.next_cursor);
  }
}

/** `2026-02-16T14:30:00.000Z  globex  eu: 12 executions, 80 rows; us: nothing  by admin  3f…` */
function lineOf(certificate: ShownCertificate): string {
  const { tenant, finished_at, requested_by, regions, hash } = certificate;
  const counts = regions.map(({ region, erased }) => {
    const some = erased.filter(({ count }) => count > 0).map(({ stage, count }) => `${count} ${stage}`);
    return `${region}: ${some.join(', ') || 'nothing'}`;
  });
  return printable([finished_at, tenant, `(${regionOfCertificate(certificate)})`, counts.join('; '), `by ${requested_by}`, hash].join('  '));
}

function counted(count: number): string {
  return count === 1 ? '1 certificate is' : `${count} certificates are`;
}
