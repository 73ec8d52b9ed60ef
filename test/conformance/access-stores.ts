/** What the stores of who may do what do, each over the others that it needs. `make` gives empty ones. */
import { describe, expect, it } from 'vitest';
import { COMPANY, DEFAULT_ORGANIZATION, DEFAULT_PROJECT, type PlaceRef, type Role } from '#contracts/access';
import type { HierarchyStore, Invitation, InvitationStore, Member, MemberStore, ServiceAccountStore } from '#storage/access-ports';
import type { WorkflowStore } from '#storage/platform-ports';

export interface AccessStores {
  workflows: WorkflowStore;
  hierarchy: HierarchyStore;
  members: MemberStore;
  invitations: InvitationStore;
  serviceAccounts: ServiceAccountStore;
}

const organization = (id: string): PlaceRef => ({ level: 'organization', id });
const project = (id: string): PlaceRef => ({ level: 'project', id });
const member = (place: PlaceRef, subject: string, role: Role): Member => ({ ...place, subject, role, created_at: 1_000, created_by: 'admin' });
const invitation = (place: PlaceRef, more: Partial<Invitation> = {}): Invitation => ({
  ...place,
  invitation_id: 'inv_1',
  email: 'ada@example.com',
  role: 'editor',
  created_at: 1_000,
  created_by: 'user:usr_0',
  expires_at: 5_000,
  ...more,
});

export function describeAccessStores(name: string, make: () => Promise<AccessStores>): void {
  describe(`organizations and projects: ${name}`, () => {
    it('begins with a default of each, once', async () => {
      const { hierarchy } = await make();
      await hierarchy.begin('acme', 1_000);
      await hierarchy.begin('acme', 2_000);
      const first = { id: DEFAULT_PROJECT, organization: DEFAULT_ORGANIZATION, name: 'Default', created_at: 1_000 };
      expect((await hierarchy.projects('acme', { limit: 10 })).items).toEqual([first]);
      expect(await hierarchy.organization('acme', DEFAULT_ORGANIZATION)).toEqual({ id: DEFAULT_ORGANIZATION, name: 'Default', created_at: 1_000 });
      expect(await hierarchy.counts('acme')).toEqual({ organizations: 1, projects: 1 });
      expect(await hierarchy.project('globex', DEFAULT_PROJECT)).toBeNull();
    });

    it('keeps names apart within their own, and nowhere else', async () => {
      const { hierarchy } = await make();
      await hierarchy.createOrganization('acme', { id: 'org_a', name: 'A', created_at: 1 });
      expect(await hierarchy.createOrganization('acme', { id: 'org_b', name: 'A', created_at: 1 })).toBe('name_taken');
      expect(await hierarchy.createOrganization('globex', { id: 'org_c', name: 'A', created_at: 1 })).toBe('made');
      await hierarchy.createOrganization('acme', { id: 'org_b', name: 'B', created_at: 1 });
      expect(await hierarchy.renameOrganization('acme', 'org_b', 'A')).toBe('name_taken');
      expect(await hierarchy.renameOrganization('acme', 'org_b', 'B')).toBe('changed');
      expect(await hierarchy.renameOrganization('acme', 'org_c', 'C')).toBe('unknown');
      const shop = { id: 'prj_1', organization: 'org_a', name: 'shop', created_at: 1 };
      expect(await hierarchy.createProject('acme', shop)).toBe('made');
      expect(await hierarchy.createProject('acme', { ...shop, id: 'prj_2' })).toBe('name_taken');
      expect(await hierarchy.createProject('acme', { ...shop, id: 'prj_2', organization: 'org_b' })).toBe('made');
      expect(await hierarchy.changeProject('acme', 'prj_2', { name: 'shop', organization: 'org_a' })).toBe('name_taken');
      expect(await hierarchy.changeProject('acme', 'prj_2', { name: 'till', organization: 'org_a' })).toBe('changed');
      expect(await hierarchy.project('acme', 'prj_2')).toEqual({ id: 'prj_2', organization: 'org_a', name: 'till', created_at: 1 });
      expect(await hierarchy.changeProject('globex', 'prj_2', { name: 'x', organization: 'org_a' })).toBe('unknown');
    });

    it('lists by name, page by page, all or those of given ids', async () => {
      const { hierarchy } = await make();
      for (const id of ['c', 'a', 'b']) await hierarchy.createOrganization('acme', { id: `org_${id}`, name: id, created_at: 1 });
      for (const [i, place] of ['b/x', 'a/z', 'a/y'].entries()) {
        const [owner, name] = place.split('/') as [string, string];
        await hierarchy.createProject('acme', { id: `prj_${i}`, organization: `org_${owner}`, name, created_at: 1 });
      }
      const first = await hierarchy.organizations('acme', { limit: 2 });
      const second = await hierarchy.organizations('acme', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => one.name)).toEqual(['a', 'b', 'c']);
      expect((await hierarchy.organizations('acme', { limit: 9, ids: ['org_c', 'org_x'] })).items.map((one) => one.id)).toEqual(['org_c']);
      const projects = await hierarchy.projects('acme', { limit: 2 });
      const rest = await hierarchy.projects('acme', { limit: 2, cursor: projects.next_cursor! });
      expect([...projects.items, ...rest.items].map((one) => one.name)).toEqual(['y', 'z', 'x']);
      expect((await hierarchy.projects('acme', { limit: 9, organization: 'org_a', ids: ['prj_0', 'prj_1'] })).items.map((one) => one.id)).toEqual(['prj_1']);
      expect((await hierarchy.projects('acme', { limit: 9, ids: [] })).items).toEqual([]);
    });

    it('removes what is empty, and no default', async () => {
      const { hierarchy, workflows } = await make();
      await hierarchy.begin('acme', 1);
      await hierarchy.createOrganization('acme', { id: 'org_a', name: 'A', created_at: 1 });
      await hierarchy.createProject('acme', { id: 'prj_1', organization: 'org_a', name: 'shop', created_at: 1 });
      const version = { hash: 'h', pipelines: [], routes: [], created_at: 1, created_by: 'admin' };
      await workflows.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_1' }, version);
      expect(await hierarchy.removeProject('acme', 'prj_1')).toBe('not_empty');
      expect(await hierarchy.removeOrganization('acme', 'org_a')).toBe('not_empty');
      await workflows.remove('acme', 'wf_1', 2);
      expect(await hierarchy.removeProject('globex', 'prj_1')).toBe('unknown');
      expect(await hierarchy.removeProject('acme', 'prj_1')).toBe('removed');
      expect(await hierarchy.removeOrganization('acme', 'org_a')).toBe('removed');
      expect(await hierarchy.removeProject('acme', DEFAULT_PROJECT)).toBe('not_empty');
      expect(await hierarchy.removeOrganization('acme', DEFAULT_ORGANIZATION)).toBe('not_empty');
    });
  });

  describe(`members: ${name}`, () => {
    it('adds up roles, those of an organization in each of its projects', async () => {
      const { hierarchy, members } = await make();
      await hierarchy.createProject('acme', { id: 'prj_1', organization: 'org_a', name: 'one', created_at: 1 });
      await hierarchy.createProject('acme', { id: 'prj_2', organization: 'org_a', name: 'two', created_at: 1 });
      expect(await members.grantsOf('acme', 'usr_1')).toEqual({ organizations: {}, projects: {} });
      await members.put('acme', member(organization('org_a'), 'usr_1', 'viewer'));
      await members.put('acme', member(project('prj_1'), 'usr_1', 'admin'));
      await members.put('acme', member(project('prj_9'), 'usr_1', 'editor'));
      const grants = { organizations: { org_a: 'viewer' }, projects: { prj_1: 'admin', prj_2: 'viewer', prj_9: 'editor' } };
      expect(await members.grantsOf('acme', 'usr_1')).toEqual(grants);
      expect(await members.grantsOf('globex', 'usr_1')).toEqual({ organizations: {}, projects: {} });
      expect(await members.grantsOf('acme', 'usr_2')).toEqual({ organizations: {}, projects: {} });
      await members.put('acme', member(COMPANY, 'usr_1', 'editor'));
      expect(await members.grantsOf('acme', 'usr_1')).toEqual({ ...grants, company: 'editor' });
    });

    it('says what a role in an organization comes to, for who has no other', async () => {
      const { hierarchy, members } = await make();
      await hierarchy.createOrganization('acme', { id: 'org_a', name: 'A', created_at: 1 });
      await hierarchy.createProject('acme', { id: 'prj_1', organization: 'org_a', name: 'one', created_at: 1 });
      expect(await members.grantsIn('acme', 'org_a', 'editor')).toEqual({ organizations: { org_a: 'editor' }, projects: { prj_1: 'editor' } });
      expect(await members.grantsIn('globex', 'org_a', 'editor')).toEqual({ organizations: { org_a: 'editor' }, projects: {} });
      await hierarchy.createProject('acme', { id: 'prj_2', organization: 'org_a', name: 'two', created_at: 1 });
      members.projectsChanged('acme');
      expect(await members.grantsIn('acme', 'org_a', 'viewer')).toEqual({ organizations: { org_a: 'viewer' }, projects: { prj_1: 'viewer', prj_2: 'viewer' } });
      expect(await members.grantsIn('acme', 'org_a', 'editor')).toMatchObject({ projects: { prj_2: 'editor' } });
    });

    it('knows of a project that came to an organization, once it is told', async () => {
      const { hierarchy, members } = await make();
      await members.put('acme', member(organization('org_a'), 'usr_1', 'admin'));
      expect(await members.grantsOf('acme', 'usr_1')).toEqual({ organizations: { org_a: 'admin' }, projects: {} });
      await hierarchy.createProject('acme', { id: 'prj_1', organization: 'org_a', name: 'one', created_at: 1 });
      members.projectsChanged('acme');
      expect(await members.grantsOf('acme', 'usr_1')).toEqual({ organizations: { org_a: 'admin' }, projects: { prj_1: 'admin' } });
    });

    it('changes a role and keeps since when', async () => {
      const { members } = await make();
      await members.put('acme', member(COMPANY, 'usr_1', 'viewer'));
      await members.put('acme', { ...member(COMPANY, 'usr_1', 'admin'), created_at: 9_000 });
      expect(await members.get('acme', COMPANY, 'usr_1')).toEqual(member(COMPANY, 'usr_1', 'admin'));
      expect(await members.grantsOf('acme', 'usr_1')).toMatchObject({ company: 'admin' });
      expect(await members.remove('acme', COMPANY, 'usr_1')).toBe('done');
      expect(await members.remove('acme', COMPANY, 'usr_1')).toBe('unknown');
      expect(await members.grantsOf('acme', 'usr_1')).toEqual({ organizations: {}, projects: {} });
    });

    it('keeps the last person who owns the company', async () => {
      const { members } = await make();
      await members.put('acme', member(COMPANY, 'usr_1', 'owner'));
      await members.put('acme', member(COMPANY, 'svc_1', 'owner'));
      await members.put('globex', member(COMPANY, 'usr_2', 'owner'));
      expect(await members.put('acme', member(COMPANY, 'usr_1', 'admin'))).toBe('last_owner');
      expect(await members.remove('acme', COMPANY, 'usr_1')).toBe('last_owner');
      expect(await members.removeSubject('acme', 'usr_1')).toBe('last_owner');
      expect(await members.get('acme', COMPANY, 'usr_1')).toMatchObject({ role: 'owner' });
      expect(await members.put('acme', member(COMPANY, 'usr_1', 'owner'))).toBe('done');
      await members.put('acme', member(COMPANY, 'usr_2', 'owner'));
      expect(await members.put('acme', member(COMPANY, 'usr_1', 'admin'))).toBe('done');
      expect(await members.remove('acme', COMPANY, 'usr_2')).toBe('last_owner');
      expect(await members.remove('acme', COMPANY, 'svc_1')).toBe('done');
    });

    it('does not take the owner of an organization for that of the company', async () => {
      const { members } = await make();
      await members.put('acme', member(organization('org_a'), 'usr_1', 'owner'));
      expect(await members.put('acme', member(organization('org_a'), 'usr_1', 'viewer'))).toBe('done');
      expect(await members.remove('acme', organization('org_a'), 'usr_1')).toBe('done');
    });

    it('lists by place and by subject, page by page', async () => {
      const { members } = await make();
      for (const subject of ['usr_c', 'usr_a', 'usr_b']) await members.put('acme', member(project('prj_1'), subject, 'viewer'));
      await members.put('acme', member(project('prj_2'), 'usr_a', 'admin'));
      await members.put('acme', member(COMPANY, 'usr_a', 'editor'));
      await members.put('globex', member(project('prj_1'), 'usr_z', 'viewer'));
      const first = await members.list('acme', project('prj_1'), { limit: 2 });
      const second = await members.list('acme', project('prj_1'), { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => one.subject)).toEqual(['usr_a', 'usr_b', 'usr_c']);
      const roles = await members.ofSubject('acme', 'usr_a', { limit: 2 });
      const more = await members.ofSubject('acme', 'usr_a', { limit: 2, cursor: roles.next_cursor! });
      expect([...roles.items, ...more.items].map(({ level, id }) => `${level}/${id}`)).toEqual(['company/', 'project/prj_1', 'project/prj_2']);
      expect(await members.isMember('acme', 'usr_a')).toBe(true);
      expect(await members.isMember('acme', 'usr_z')).toBe(false);
    });

    it('forgets a subject, and a place', async () => {
      const { members } = await make();
      for (const place of [COMPANY, project('prj_1')]) await members.put('acme', member(place, 'usr_1', 'viewer'));
      await members.put('acme', member(project('prj_1'), 'usr_2', 'viewer'));
      expect(await members.removeSubject('acme', 'usr_1')).toBe('done');
      expect(await members.isMember('acme', 'usr_1')).toBe(false);
      await members.removePlace('globex', project('prj_1'));
      expect(await members.isMember('acme', 'usr_2')).toBe(true);
      await members.removePlace('acme', project('prj_1'));
      expect(await members.isMember('acme', 'usr_2')).toBe(false);
    });
  });

  describe(`invitations: ${name}`, () => {
    it('gives the role once, to who has the token', async () => {
      const { invitations, members } = await make();
      await invitations.create('acme', invitation(project('prj_1')), 't1');
      expect(await invitations.byToken('acme', 't1', 4_999)).toEqual(invitation(project('prj_1')));
      expect(await invitations.accept('globex', 't1', 'usr_1', 2_000)).toBeNull();
      expect(await invitations.accept('acme', 't2', 'usr_1', 2_000)).toBeNull();
      expect(await invitations.accept('acme', 't1', 'usr_1', 2_000)).toEqual(invitation(project('prj_1')));
      expect(await members.get('acme', project('prj_1'), 'usr_1')).toEqual({
        ...member(project('prj_1'), 'usr_1', 'editor'),
        created_at: 2_000,
        created_by: 'user:usr_0',
      });
      expect(await invitations.accept('acme', 't1', 'usr_2', 2_000)).toBeNull();
      expect(await members.isMember('acme', 'usr_2')).toBe(false);
      expect(await invitations.get('acme', 'inv_1')).toBeNull();
    });

    it('is worth nothing once its time is over', async () => {
      const { invitations, members } = await make();
      await invitations.create('acme', invitation(COMPANY), 't1');
      expect(await invitations.byToken('acme', 't1', 5_000)).toBeNull();
      expect(await invitations.accept('acme', 't1', 'usr_1', 5_000)).toBeNull();
      expect(await members.isMember('acme', 'usr_1')).toBe(false);
      expect(await invitations.get('acme', 'inv_1')).toEqual(invitation(COMPANY));
    });

    it('of one address are accepted together, those that hold', async () => {
      const { invitations, members } = await make();
      await invitations.create('acme', invitation(COMPANY, { role: 'viewer' }), 't1');
      await invitations.create('acme', invitation(project('prj_1'), { invitation_id: 'inv_2' }), 't2');
      await invitations.create('acme', invitation(project('prj_2'), { invitation_id: 'inv_3', expires_at: 1_500 }), 't3');
      await invitations.create('acme', invitation(COMPANY, { invitation_id: 'inv_4', email: 'other@example.com' }), 't4');
      const { email } = invitation(COMPANY);
      expect([await invitations.isInvited('acme', email, 2_000), await invitations.isInvited('globex', email, 2_000)]).toEqual([true, false]);
      expect(await invitations.acceptOf('globex', email, 'usr_1', 2_000)).toEqual([]);
      const taken = await invitations.acceptOf('acme', email, 'usr_1', 2_000);
      expect(taken.map(({ invitation_id }) => invitation_id).sort()).toEqual(['inv_1', 'inv_2']);
      expect((await members.ofSubject('acme', 'usr_1', { limit: 9 })).items.map(({ level, role }) => [level, role])).toEqual([
        ['company', 'viewer'],
        ['project', 'editor'],
      ]);
      expect(await invitations.isInvited('acme', email, 2_000)).toBe(false);
      expect((await invitations.list('acme', { limit: 9 })).items.map(({ invitation_id }) => invitation_id)).toEqual(['inv_3', 'inv_4']);
    });

    it('takes no higher role away', async () => {
      const { invitations, members } = await make();
      await members.put('acme', member(COMPANY, 'usr_1', 'admin'));
      await invitations.create('acme', invitation(COMPANY, { role: 'viewer' }), 't1');
      await invitations.accept('acme', 't1', 'usr_1', 2_000);
      expect(await members.get('acme', COMPANY, 'usr_1')).toMatchObject({ role: 'admin' });
      await invitations.create('acme', invitation(COMPANY, { role: 'owner' }), 't2');
      await invitations.accept('acme', 't2', 'usr_1', 2_000);
      expect(await members.get('acme', COMPANY, 'usr_1')).toMatchObject({ role: 'owner' });
    });

    it('takes the place of an earlier one to the same address and place', async () => {
      const { invitations } = await make();
      await invitations.create('acme', invitation(COMPANY), 't1');
      await invitations.create('acme', invitation(project('prj_1'), { invitation_id: 'inv_2' }), 't2');
      await invitations.create('acme', invitation(COMPANY, { invitation_id: 'inv_3', role: 'viewer' }), 't3');
      expect(await invitations.byToken('acme', 't1', 2_000)).toBeNull();
      expect((await invitations.list('acme', { limit: 9 })).items.map((one) => one.invitation_id)).toEqual(['inv_2', 'inv_3']);
      expect((await invitations.list('acme', { limit: 9, place: COMPANY })).items.map((one) => one.invitation_id)).toEqual(['inv_3']);
      expect(await invitations.count('acme')).toBe(2);
      const first = await invitations.list('acme', { limit: 1 });
      expect((await invitations.list('acme', { limit: 1, cursor: first.next_cursor! })).items.map((one) => one.invitation_id)).toEqual(['inv_3']);
      expect(await invitations.remove('globex', 'inv_3')).toBe(false);
      expect(await invitations.remove('acme', 'inv_3')).toBe(true);
      await invitations.removePlace('acme', project('prj_1'));
      expect(await invitations.count('acme')).toBe(0);
    });
  });

  describe(`service accounts: ${name}`, () => {
    it('are made, listed and removed', async () => {
      const { serviceAccounts } = await make();
      const account = (id: string, title: string) => ({ id, name: title, created_at: 1, created_by: 'admin' });
      expect(await serviceAccounts.create('acme', account('svc_2', 'deployer'))).toBe('made');
      expect(await serviceAccounts.create('acme', account('svc_1', 'deployer'))).toBe('name_taken');
      expect(await serviceAccounts.create('globex', account('svc_9', 'deployer'))).toBe('made');
      await serviceAccounts.create('acme', account('svc_1', 'backup'));
      expect(await serviceAccounts.get('acme', 'svc_2')).toEqual(account('svc_2', 'deployer'));
      expect(await serviceAccounts.get('acme', 'svc_9')).toBeNull();
      const first = await serviceAccounts.list('acme', { limit: 1 });
      const second = await serviceAccounts.list('acme', { limit: 1, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => one.name)).toEqual(['backup', 'deployer']);
      expect((await serviceAccounts.some('acme', ['svc_2', 'svc_9'])).map((one) => one.name)).toEqual(['deployer']);
      expect(await serviceAccounts.some('acme', [])).toEqual([]);
      expect(await serviceAccounts.count('acme')).toBe(2);
      expect(await serviceAccounts.remove('acme', 'svc_9')).toBe(false);
      expect(await serviceAccounts.remove('acme', 'svc_2')).toBe(true);
    });
  });
}
