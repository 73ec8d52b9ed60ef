/** Projects, members, invitations, accounts and keys of the stand-in API. */
import { COMPANY, DEFAULT_ORGANIZATION, DEFAULT_PROJECT, type PlaceRef, type Role } from '#contracts/access';
import {
  changeProjectRequest,
  createApiKeyRequest,
  createProjectRequest,
  invitationListRequest,
  memberRequest,
  organizationRequest,
  serviceAccountRequest,
} from '#contracts/api-access';
import { newId } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { ApiKeyItem, InvitationItem, MemberItem, OrganizationItem, ProjectItem, ServiceAccountItem } from '../../../dashboard/src/lib/api-types';

const AT = '2026-11-20T09:00:00.000Z';
const DAY_MS = 86_400_000;
const SECRET = `${'N'.repeat(28)}fake`;

/** Who can be given a role. */
const NAMES: Readonly<Record<string, { name: string; email?: string }>> = {
  usr_ada: { name: 'Ada Lovelace', email: 'ada@example.com' },
  usr_bob: { name: 'Bob', email: 'bob@example.com' },
  usr_edsger: { name: 'Edsger Dijkstra', email: 'edsger@example.com' },
  usr_grace: { name: 'Grace Hopper', email: 'grace@example.com' },
  svc_deployer: { name: 'deployer' },
};

export class FixtureAccess {
  readonly #at: number;
  /** Which workflow was put in which project. */
  readonly moved = new Map<string, string>();
  #organizations: OrganizationItem[] = [
    { id: DEFAULT_ORGANIZATION, name: 'Default', your_role: 'owner', created_at: AT },
    { id: 'org_retail', name: 'Retail', your_role: 'owner', created_at: AT },
  ];
  #projects: ProjectItem[] = [
    { id: DEFAULT_PROJECT, name: 'Default', organization: DEFAULT_ORGANIZATION, organization_name: 'Default', your_role: 'owner', created_at: AT },
    { id: 'prj_checkout', name: 'Checkout', organization: 'org_retail', organization_name: 'Retail', your_role: 'owner', created_at: AT },
    { id: 'prj_returns', name: 'Returns', organization: 'org_retail', organization_name: 'Retail', your_role: 'owner', created_at: AT },
  ];
  #accounts: ServiceAccountItem[] = [{ id: 'svc_deployer', name: 'deployer', created_at: AT, created_by: 'user:usr_ada' }];
  #members: MemberItem[] = [
    member(COMPANY, 'usr_ada', 'owner', NAMES.usr_ada!),
    member(COMPANY, 'usr_grace', 'admin', NAMES.usr_grace!),
    member(COMPANY, 'svc_deployer', 'editor', NAMES.svc_deployer!),
    member({ level: 'project', id: 'prj_checkout' }, 'usr_edsger', 'editor', NAMES.usr_edsger!),
  ];
  #invitations: InvitationItem[];
  #keys: ApiKeyItem[];

  constructor(startedAt: number) {
    this.#at = startedAt;
    this.#invitations = [
      {
        id: 'inv_1',
        email: 'barbara@example.com',
        role: 'viewer',
        level: 'project',
        project: 'prj_checkout',
        status: 'open',
        created_at: AT,
        created_by: 'user:usr_ada',
        expires_at: this.#in(5),
      },
    ];
    const common = { tenant: 'acme', created_at: AT, created_by: 'user:usr_ada', status: 'active' } as const;
    this.#keys = [
      {
        ...common,
        id: 'key_ci',
        name: 'ci',
        prefix: 'wfk_acme_7Hq2',
        role: 'editor',
        scopes: ['workflows:write', 'workflows:deploy'],
        project: 'prj_checkout',
        expires_at: this.#in(41),
        last_used_at: this.#in(-0.01),
      },
      {
        ...common,
        id: 'key_deploy',
        name: 'deploy',
        prefix: 'wfk_acme_Qx81',
        service_account: 'svc_deployer',
        expires_at: this.#in(0.6),
        replaced_by: 'key_deploy2',
      },
      { ...common, id: 'key_billing', name: 'billing', prefix: 'wfk_acme_k3Lp', role: 'viewer', expires_at: this.#in(4.5) },
      {
        ...common,
        id: 'key_old',
        name: 'reports',
        prefix: 'wfk_acme_a0Zk',
        role: 'viewer',
        expires_at: this.#in(-3),
        last_used_at: this.#in(-4),
        status: 'expired',
      },
    ];
  }

  /** Workflows with their project; of the one that the URL names, if it does. */
  placed<T extends { id: string }>(workflows: readonly T[], url?: URL): (T & { project: string })[] {
    const asked = url?.searchParams.get('project');
    return workflows.map((one) => ({ ...one, project: this.moved.get(one.id) ?? DEFAULT_PROJECT })).filter(({ project }) => !asked || project === asked);
  }

  /** `null` when the path is not about access. */
  async answer(request: Request, path: string): Promise<Response | null> {
    const [kind = '', id, part, last] = path.slice(1).split('/').map(decodeURIComponent);
    const { method } = request;
    // It is asked before the others, whose orders may have no body.
    const text = method === 'POST' || method === 'PUT' ? await request.clone().text() : '';
    const body = text.startsWith('{') ? JSON.parse(text) : undefined;
    if (part === 'members') return this.#memberAnswer({ level: kind === 'projects' ? 'project' : 'organization', id: id! }, method, last, body);
    switch (kind) {
      case 'organizations':
        return this.#organizationAnswer(method, id, body);
      case 'projects':
        return this.#projectAnswer(method, id, body);
      case 'members':
        return this.#memberAnswer(COMPANY, method, id, body);
      case 'invitations':
        return this.#invitationAnswer(method, new URL(request.url), id, body);
      case 'service-accounts':
        return this.#accountAnswer(method, id, body);
      case 'api-keys':
        return this.#keyAnswer(method, new URL(request.url), id, part, body);
      default:
        return null;
    }
  }

  #organizationAnswer(method: string, id: string | undefined, body: unknown): Response {
    if (method === 'POST') {
      const { name } = organizationRequest.parse(body);
      if (this.#organizations.some((each) => each.name === name)) throw new Problem('name_taken', `The company has an organization ${name}.`);
      const made: OrganizationItem = { id: newId('org'), name, your_role: 'owner', created_at: AT };
      this.#organizations = [...this.#organizations, made];
      return Response.json(made, { status: 201 });
    }
    if (method === 'DELETE') {
      if (this.#projects.some(({ organization }) => organization === id)) throw new Problem('not_empty', 'Retail has projects.');
      this.#organizations = this.#organizations.filter((each) => each.id !== id);
      return new Response(null, { status: 204 });
    }
    if (method === 'PUT') this.#organizations = this.#organizations.map((each) => (each.id === id ? { ...each, ...organizationRequest.parse(body) } : each));
    return list(this.#organizations);
  }

  #projectAnswer(method: string, id: string | undefined, body: unknown): Response {
    if (method === 'POST') {
      const { name, organization = DEFAULT_ORGANIZATION } = createProjectRequest.parse(body);
      const owner = this.#organizations.find((each) => each.id === organization)!;
      const made: ProjectItem = { id: newId('prj'), name, organization, organization_name: owner.name, your_role: 'owner', created_at: AT };
      this.#projects = [...this.#projects, made];
      return Response.json(made, { status: 201 });
    }
    if (method === 'DELETE') {
      this.#projects = this.#projects.filter((each) => each.id !== id);
      return new Response(null, { status: 204 });
    }
    if (method === 'GET' && id) return Response.json(this.#projects.find((each) => each.id === id));
    if (method === 'PUT') this.#projects = this.#projects.map((each) => (each.id === id ? { ...each, ...changeProjectRequest.parse(body) } : each));
    return list(this.#projects);
  }

  #memberAnswer(place: PlaceRef, method: string, subject: string | undefined, body: unknown): Response {
    const isAt = (each: MemberItem) => each.level === place.level && (place.id === '' || each[place.level as 'project' | 'organization'] === place.id);
    if (!subject) return list(this.#members.filter(isAt));
    if (method === 'GET') return list(this.#members.filter((each) => each.member === subject));
    let found = this.#members.find((each) => isAt(each) && each.member === subject);
    if (!found) {
      const known = NAMES[subject];
      if (method !== 'PUT' || !known) throw new Problem('unknown_member');
      found = member(place, subject, 'viewer', known);
      this.#members = [...this.#members, found];
    }
    const isLast = found.role === 'owner' && this.#members.filter(({ role }) => role === 'owner').length === 1;
    if (isLast) throw new Problem('last_owner', 'This is the last person who owns the company.');
    if (method === 'DELETE') {
      this.#members = this.#members.filter((each) => each !== found);
      return new Response(null, { status: 204 });
    }
    found.role = memberRequest.parse(body).role;
    return Response.json(found);
  }

  #invitationAnswer(method: string, url: URL, id: string | undefined, body: unknown): Response {
    if (method === 'GET') {
      const project = url.searchParams.get('project');
      const organization = url.searchParams.get('organization');
      return list(this.#invitations.filter((each) => (!project || each.project === project) && (!organization || each.organization === organization)));
    }
    if (method === 'DELETE') {
      this.#invitations = this.#invitations.filter((each) => each.id !== id);
      return new Response(null, { status: 204 });
    }
    const { emails, role, organization, project } = invitationListRequest.parse(body);
    const level = project ? 'project' : organization ? 'organization' : 'company';
    const items = emails.map((email) => {
      if (!email.includes('@')) return { email, outcome: 'no_address' };
      const made: InvitationItem = {
        id: newId('inv'),
        email,
        role,
        level,
        ...(project ? { project } : {}),
        ...(organization ? { organization } : {}),
        status: 'open',
        created_at: AT,
        created_by: 'admin',
        expires_at: this.#in(7),
      };
      this.#invitations = [...this.#invitations, made];
      const invitation = { ...made, url: `${url.origin}/sign-in/invitation?company=acme&token=inv_shown`, mailed: true };
      return { email, outcome: 'invited', invitation };
    });
    return Response.json({ items });
  }

  #accountAnswer(method: string, id: string | undefined, body: unknown): Response {
    if (method === 'GET') return list(this.#accounts);
    if (method === 'DELETE') {
      this.#accounts = this.#accounts.filter((each) => each.id !== id);
      this.#members = this.#members.filter((each) => each.member !== id);
      return new Response(null, { status: 204 });
    }
    const { name, role = 'viewer' } = serviceAccountRequest.parse(body);
    const made = { id: newId('svc'), name, created_at: AT, created_by: 'admin' };
    this.#accounts = [...this.#accounts, made];
    this.#members = [...this.#members, member(COMPANY, made.id, role, { name })];
    return Response.json(made, { status: 201 });
  }

  #keyAnswer(method: string, { searchParams }: URL, id: string | undefined, part: string | undefined, body: unknown): Response {
    if (method === 'GET') {
      const filters = (['project', 'organization', 'service_account'] as const).filter((name) => searchParams.has(name));
      return list(this.#keys.filter((key) => filters.every((name) => key[name] === searchParams.get(name))));
    }
    const found = this.#keys.find((each) => each.id === id);
    if (method === 'DELETE') {
      this.#keys = this.#keys.filter((each) => each !== found);
      return new Response(null, { status: 204 });
    }
    const made: ApiKeyItem = { tenant: 'acme', id: newId('key'), prefix: 'wfk_acme_NNNN', created_at: AT, created_by: 'admin', status: 'active', name: '' };
    if (part === 'rotate' && found) {
      Object.assign(made, { name: found.name, role: found.role });
      Object.assign(found, { replaced_by: made.id, expires_at: this.#in(1) });
    } else {
      const { expires_in, tenant: _, ...asked } = createApiKeyRequest.parse(body);
      Object.assign(made, asked, expires_in ? { expires_at: new Date(this.#at + expires_in).toISOString() } : {});
    }
    this.#keys = [...this.#keys, made];
    return Response.json({ ...made, key: `wfk_acme_${SECRET}` }, { status: 201 });
  }

  #in(days: number): string {
    return new Date(this.#at + days * DAY_MS).toISOString();
  }
}

function member(place: PlaceRef, subject: string, role: Role, names: { name: string; email?: string }): MemberItem {
  const at = place.level === 'company' ? {} : { [place.level]: place.id };
  const kind = subject.startsWith('svc_') ? 'service_account' : 'user';
  return { member: subject, kind, ...names, role, level: place.level, ...at, created_at: AT, created_by: 'user:usr_ada' };
}

function list(items: unknown[]): Response {
  return Response.json({ items, next_cursor: null });
}
