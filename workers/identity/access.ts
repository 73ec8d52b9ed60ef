/**
 * What the caller of one request may reach, given the least role that its route asks for.
 *
 * 1. Who holds that role in the whole company passes without a look-up; everybody else is asked about place by place.
 * 2. What somebody has no role in is not there: the problem is that of an id which nobody has. Who has a lower role there
 *    is told so.
 * 3. Lists get the projects or workflows to look in, so that nothing is filtered after it was read.
 */
import { atLeast, DEFAULT_PROJECT, higherOf, type KeyScope, type PlaceRef, type Role } from '#contracts/access';
import { Problem } from '#contracts/problems';
import type { ActiveDeployment } from '#storage/ports';
import { unknownExecution } from '#workers/api/unknown';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import type { Actor } from '#workers/identity/actor';
import { roleAt } from '#workers/identity/grants';
import { storesOf } from '#workers/stores';

/** Workflows that a passport between regions has room for. */
const MAX_REACH = 300;

export interface ReachedWorkflows {
  /** Deleted ones included: their executions are still there. */
  ids: ReadonlySet<string>;
  /** Of those that are there. */
  names: ReadonlySet<string>;
}

export class Access {
  /** The role holds in the whole company. */
  readonly everywhere: boolean;
  readonly #actor: Actor;
  readonly #least: Role;
  readonly #env: RegionEnv;
  #asked = false;

  constructor(actor: Actor, least: Role, env: RegionEnv) {
    this.#actor = actor;
    this.#least = least;
    this.#env = env;
    this.everywhere = atLeast(actor.grants.company, least);
  }

  /** Whether some place was asked about, or none has to be. */
  get isSettled(): boolean {
    return this.everywhere || this.#asked;
  }

  /** Throws Problem('forbidden') when the key is limited to other things. */
  withScope(scope: KeyScope): void {
    const { scopes } = this.#actor;
    if (scopes !== null && !scopes.includes(scope)) throw new Problem('forbidden', `The key needs the scope ${scope}; it has ${scopes.join(', ') || 'none'}.`);
  }

  /** The caller's role there; throws Problem('forbidden') when it is below the least, `unknown` when there is none. */
  at(place: PlaceRef, unknown: Problem): Role {
    this.#asked = true;
    const role = roleAt(this.#actor.grants, place);
    if (role === undefined) throw unknown;
    if (!atLeast(role, this.#least)) throw new Problem('forbidden', `This needs the role ${this.#least} in the ${place.level}; yours is ${role}.`);
    return role;
  }

  inCompany(): Role {
    return this.at({ level: 'company', id: '' }, new Problem('forbidden', `This needs the role ${this.#least} in the company.`));
  }

  inOrganization(id: string, unknown: Problem): Role {
    return this.at({ level: 'organization', id }, unknown);
  }

  inProject(id: string, unknown: Problem): Role {
    return this.at({ level: 'project', id }, unknown);
  }

  /** By id, also one that was deleted. */
  async inWorkflow(id: string, unknown: Problem): Promise<void> {
    this.#asked = true;
    if (this.everywhere) return;
    if (this.#actor.reach) {
      if (this.#actor.reach.includes(id)) return;
      throw unknown;
    }
    const workflow = await storesOf(this.#env).workflows.refOf(this.#actor.tenant, id);
    if (!workflow) throw unknown;
    this.inProject(workflow.project, unknown);
  }

  /** By name, or by the id of one that is there. */
  async inWorkflowNamed(idOrName: string, unknown: Problem): Promise<void> {
    this.#asked = true;
    if (this.everywhere) return;
    const workflow = await storesOf(this.#env).workflows.find(this.#actor.tenant, idOrName);
    if (!workflow) throw unknown;
    this.inProject(workflow.project, unknown);
  }

  /** Throws Problem: invalid_id, unknown_execution, forbidden. */
  async inExecution(id: string): Promise<void> {
    this.#asked = true;
    if (this.everywhere) return;
    const summary = await executionStub(this.#env, id).summary(this.#actor.tenant);
    if (!summary) throw unknownExecution(id);
    await this.inWorkflow(summary.workflow_id, unknownExecution(id));
  }

  /** The caller's role where the execution belongs; the least of the route at least, which has been asked about before. */
  async roleInExecution(id: string): Promise<Role> {
    const { grants, reach, tenant } = this.#actor;
    let role: Role | undefined = this.#least;
    if (!reach && Object.keys(grants.projects).length > 0) {
      const { workflows } = storesOf(this.#env);
      const summary = await executionStub(this.#env, id).summary(tenant);
      const workflow = summary && (await workflows.refOf(tenant, summary.workflow_id));
      if (workflow) role = higherOf(role, roleAt(grants, { level: 'project', id: workflow.project }));
    }
    return higherOf(role, grants.company)!;
  }

  /** Those in which the role holds; `undefined`: in all. */
  projects(): string[] | undefined {
    this.#asked = true;
    if (this.everywhere) return undefined;
    return Object.entries(this.#actor.grants.projects).flatMap(([id, role]) => (atLeast(role, this.#least) ? [id] : []));
  }

  /** As `projects`. */
  organizations(): string[] | undefined {
    this.#asked = true;
    if (this.everywhere) return undefined;
    return Object.entries(this.#actor.grants.organizations).flatMap(([id, role]) => (atLeast(role, this.#least) ? [id] : []));
  }

  /** Those in whose projects the role holds; `undefined`: all. */
  async workflows(): Promise<ReachedWorkflows | undefined> {
    const projects = this.projects();
    if (projects === undefined) return undefined;
    if (this.#actor.reach) return { ids: new Set(this.#actor.reach), names: new Set() };
    const refs = projects.length === 0 ? [] : await storesOf(this.#env).workflows.refsIn(this.#actor.tenant, projects);
    return { ids: new Set(refs.map(({ id }) => id)), names: new Set(refs.filter(({ deleted }) => !deleted).map(({ name }) => name)) };
  }

  /** Of what runs, that in whose projects the role holds. */
  async among<T extends Pick<ActiveDeployment, 'workflow_id'>>(deployments: readonly T[]): Promise<T[]> {
    const reached = await this.workflows();
    return deployments.filter(({ workflow_id }) => !reached || reached.ids.has(workflow_id));
  }

  /** The caller as another region is told of it, which knows no projects. Throws Problem('forbidden'). */
  async handedOver(): Promise<Actor> {
    const reached = await this.workflows();
    if (reached === undefined) return this.#actor;
    if (reached.ids.size > MAX_REACH) {
      throw new Problem('forbidden', `Your roles reach more than ${MAX_REACH} workflows: ask another region with a role in the company.`);
    }
    return { ...this.#actor, reach: [...reached.ids] };
  }

  /** Where something is put that names no project: the default one, or the only one that the caller may put it in. */
  home(): string {
    const projects = this.projects();
    if (projects === undefined || projects.includes(DEFAULT_PROJECT)) return DEFAULT_PROJECT;
    const [only, ...others] = projects;
    if (only !== undefined && others.length === 0) return only;
    throw new Problem('invalid_request', 'project: you have this role in several projects, and not in the default one. Name the project.');
  }
}
