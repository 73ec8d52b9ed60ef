/** What a caller reaches, as far as no store has to be asked: places, homes, and callers handed over by another region. */
import { describe, expect, it } from 'vitest';
import type { Grants, Role } from '#contracts/access';
import { Problem } from '#contracts/problems';
import { Access } from '#workers/identity/access';
import type { Actor } from '#workers/identity/actor';

const unknown = new Problem('unknown_project', 'There is no such project.');
const actor = (grants: Partial<Grants>, more: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  id: 'usr_1',
  tenant: 'acme',
  by: 'user:usr_1',
  grants: { organizations: {}, projects: {}, ...grants },
  scopes: null,
  platform: false,
  ...more,
});
/** Without bindings: whoever asks a store fails. */
const access = (who: Actor, least: Role) => new Access(who, least, {} as never);
const codeOf = (act: () => unknown) => {
  try {
    act();
    return 'ok';
  } catch (error) {
    return (error as Problem).code;
  }
};

describe('a place', () => {
  it.each<[string, Partial<Grants>, Role, string]>([
    ['is reached by the role in it', { projects: { prj_1: 'editor' } }, 'editor', 'ok'],
    ['is reached by the role in the company', { company: 'editor' }, 'editor', 'ok'],
    ['is refused where the role is too low', { projects: { prj_1: 'viewer' } }, 'editor', 'forbidden'],
    ['is refused where the role in the company is too low', { company: 'viewer' }, 'editor', 'forbidden'],
    ['is not there without a role', { projects: { prj_2: 'owner' } }, 'viewer', 'unknown_project'],
  ])('%s', (_, grants, least, code) => {
    expect(codeOf(() => access(actor(grants), least).inProject('prj_1', unknown))).toBe(code);
  });

  it('has been asked about, or is all of the company', () => {
    const limited = access(actor({ projects: { prj_1: 'editor' } }), 'viewer');
    expect(limited.isSettled).toBe(false);
    limited.projects();
    expect(limited.isSettled).toBe(true);
    expect(access(actor({ company: 'viewer' }), 'viewer').isSettled).toBe(true);
  });
});

describe('the home of what names no project', () => {
  it.each<[string, Partial<Grants>, string]>([
    ['is the default one for a role in the company', { company: 'editor' }, 'prj_default'],
    ['is the default one for a role in it', { projects: { prj_default: 'editor', prj_1: 'editor' } }, 'prj_default'],
    ['is the only one', { projects: { prj_1: 'editor', prj_2: 'viewer' } }, 'prj_1'],
  ])('%s', (_, grants, home) => expect(access(actor(grants), 'editor').home()).toBe(home));

  it('has to be named among several', () => {
    expect(codeOf(() => access(actor({ projects: { prj_1: 'editor', prj_2: 'editor' } }), 'editor').home())).toBe('invalid_request');
  });
});

describe('scopes', () => {
  it('limit a key, and nobody who has none', () => {
    expect(codeOf(() => access(actor({}, { scopes: ['audit:read'] }), 'viewer').withScope('audit:read'))).toBe('ok');
    expect(codeOf(() => access(actor({}, { scopes: ['audit:read'] }), 'viewer').withScope('secrets:write'))).toBe('forbidden');
    expect(codeOf(() => access(actor({}), 'viewer').withScope('secrets:write'))).toBe('ok');
  });
});

describe('a caller handed over by another region', () => {
  const guest = actor({ projects: { prj_1: 'editor' } }, { reach: ['wf_1'] });

  it('reaches the workflows that are named, and no other', async () => {
    await expect(access(guest, 'viewer').inWorkflow('wf_1', unknown)).resolves.toBeUndefined();
    await expect(access(guest, 'viewer').inWorkflow('wf_2', unknown)).rejects.toBe(unknown);
    expect([...(await access(guest, 'viewer').workflows())!.ids]).toEqual(['wf_1']);
    expect(await access(guest, 'viewer').among([{ workflow_id: 'wf_1' }, { workflow_id: 'wf_2' }])).toEqual([{ workflow_id: 'wf_1' }]);
  });

  it('goes on as it is with a role in the company', async () => {
    const owner = actor({ company: 'owner' });
    expect(await access(owner, 'editor').handedOver()).toBe(owner);
  });
});
