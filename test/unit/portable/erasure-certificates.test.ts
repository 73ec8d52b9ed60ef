/** Certificates of erasure: what of them can be changed unseen (nothing), and how the command line says so. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';
import type { ErasureCertificate } from '#contracts/erasure';
import { certificateHash, chainFaults, FIRST_PREV, isAsWritten, type ShownCertificate } from '#portable/erasure-certificates';

const AT = Date.parse('2026-02-16T14:30:00.000Z');
const erased: ErasureCertificate['regions'][number]['erased'] = [
  { stage: 'executions', count: 12, sha256: 'a'.repeat(64) },
  { stage: 'rows', count: 0, sha256: '' },
];

/** As a region writes them, one after the other, and as the API shows them: the newest first. */
function chain(region: string, ...tenants: string[]): ShownCertificate[] {
  let prev = FIRST_PREV;
  const written = tenants.map((tenant, index): ErasureCertificate => {
    const finished_at = AT + index * 1000;
    const rest = { id: `erasure_${tenant}_${AT}`, tenant, requested_by: 'admin', requested_at: AT, finished_at, prev };
    const body = { ...rest, regions: [{ region, finished_at, rounds: 2, erased }] };
    const hash = certificateHash(body);
    prev = hash;
    return { ...body, hash };
  });
  return written.map(shown).reverse();
}

function shown({ requested_at, finished_at, regions, ...rest }: ErasureCertificate): ShownCertificate {
  const instant = (ms: number) => new Date(ms).toISOString();
  const attested = regions.map((each) => ({ ...each, finished_at: instant(each.finished_at) }));
  return { ...rest, requested_at: instant(requested_at), finished_at: instant(finished_at), regions: attested };
}

describe('a certificate', () => {
  const [certificate] = chain('eu', 'globex') as [ShownCertificate];

  it('has the hash that it was written with, for ever', () => {
    expect(certificate.hash).toBe('c927332a2219439a71039cab429f66a1d43c08932c28a50d49f8e8279215f491');
    expect(isAsWritten(certificate)).toBe(true);
  });

  it.each<[string, Partial<ShownCertificate>]>([
    ['the company', { tenant: 'initech' }],
    ['who asked', { requested_by: 'nobody' }],
    ['when', { finished_at: '2026-02-16T14:30:00.001Z' }],
    ['what was there', { regions: certificate.regions.map((each) => ({ ...each, erased: each.erased.map((one) => ({ ...one, count: 0 })) })) }],
    ['what was before', { prev: 'b'.repeat(64) }],
  ])('is not as written when %s was changed', (_what, change) => {
    expect(isAsWritten({ ...certificate, ...change })).toBe(false);
  });
});

describe('all of them', () => {
  const [third, second, first] = chain('eu', 'one', 'two', 'three') as [ShownCertificate, ShownCertificate, ShownCertificate];
  const others = chain('us', 'four');

  it.each<[string, ShownCertificate[], number]>([
    ['as they are', [third, second, first, ...others], 0],
    ['none', [], 0],
    ['without one in the middle', [third, first, ...others], 1],
    ['without the first', [third, second], 1],
    ['in another order', [second, third, first], 2],
    ['with one that was changed and hashed anew', [third, rehashed({ ...second, tenant: 'nobody' }), first], 1],
  ])('%s', (_what, certificates, faults) => {
    expect(chainFaults(certificates)).toHaveLength(faults);
  });
});

function rehashed({ requested_at, finished_at, regions, hash: _, ...rest }: ShownCertificate): ShownCertificate {
  const attested = regions.map((each) => ({ ...each, finished_at: Date.parse(each.finished_at) }));
  const body = { ...rest, requested_at: Date.parse(requested_at), finished_at: Date.parse(finished_at), regions: attested };
  return shown({ ...body, hash: certificateHash(body) });
}

describe('wf erasures', () => {
  afterEach(() => vi.unstubAllGlobals());

  async function wf(words: string[], body: object = {}) {
    const out: string[] = [];
    const notes: string[] = [];
    vi.stubGlobal('fetch', async () => Response.json({ next_cursor: null, ...body }));
    const around: Surroundings = {
      out: (line) => out.push(line),
      note: (line) => notes.push(line),
      env: { WORKFLOW_API_KEY: 'key' },
      cwd: '/',
      colours: false,
    };
    return { code: await main(['erasures', ...words], around), out, notes: notes.join('\n') };
  }

  it('prints each and says that none was changed', async () => {
    const { code, out, notes } = await wf([], { items: [...chain('us', 'one'), ...chain('eu', 'two', 'three')], regions: [{ region: 'us', status: 'ok' }] });
    expect([code, out.length]).toEqual([0, 3]);
    expect(out[0]).toMatch(/^2026-02-16T14:30:00\.000Z {2}one {2}\(us\) {2}us: 12 executions {2}by admin {2}[0-9a-f]{64}$/);
    expect(notes).toContain('3 certificates are as written');
  });

  it('ends with 1 where one was taken out, and where a region did not answer', async () => {
    const [last, , first] = chain('eu', 'one', 'two', 'three');
    expect(await wf([], { items: [last, first] })).toMatchObject({ code: 1, notes: expect.stringContaining('does not follow the one before it') });
    const away = await wf([], { items: [last], regions: [{ region: 'eu', status: 'unavailable' }] });
    expect(away).toMatchObject({ code: 1, notes: expect.stringMatching(/^eu did not answer/) });
  });

  it('checks one that somebody has copied, without a platform', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'certificate-')), 'globex.json');
    const [certificate] = chain('eu', 'globex');
    writeFileSync(file, JSON.stringify(certificate));
    expect(await wf([file])).toMatchObject({ code: 0, notes: expect.stringContaining('It is whole.') });
    writeFileSync(file, JSON.stringify({ ...certificate, tenant: 'initech' }));
    expect(await wf([file])).toMatchObject({ code: 1, notes: expect.stringContaining('It was changed') });
    writeFileSync(file, '{}');
    expect(await wf([file])).toMatchObject({ code: 1, notes: expect.stringContaining('is not a certificate of erasure') });
    expect(await wf(['/nowhere.json'])).toMatchObject({ code: 1, notes: 'There is no file /nowhere.json.' });
  });
});
