/** What is not there, or not for the caller to see: the same words for both. */
import { Problem } from '#contracts/problems';

export function unknownWorkflow(idOrName: string): Problem {
  return new Problem('unknown_workflow', `There is no workflow ${idOrName.slice(0, 128)}.`);
}

export function unknownExecution(id: string): Problem {
  return new Problem('unknown_execution', `There is no execution ${id.slice(0, 80)}.`);
}

export function unknownDeployment(id: string): Problem {
  return new Problem('unknown_deployment', `There is no deployment ${id.slice(0, 64)}.`);
}

export function unknownJob(id: string): Problem {
  return new Problem('unknown_job', `There is no job ${id.slice(0, 80)}.`);
}

export function unknownOrganization(id: string): Problem {
  return new Problem('unknown_organization', `There is no organization ${id.slice(0, 64)}.`);
}

export function unknownProject(id: string): Problem {
  return new Problem('unknown_project', `There is no project ${id.slice(0, 64)}.`);
}

export function unknownKey(id: string): Problem {
  return new Problem('not_found', `There is no key ${id.slice(0, 64)}.`);
}
