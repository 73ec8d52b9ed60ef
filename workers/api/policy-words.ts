/** What a route needs, in words: for the description of the API and the reference page. */
import type { At, Requirement } from '#workers/api/policy';

export const WHERE: Record<At, string> = {
  any: 'anywhere',
  seen: 'anywhere; the answer holds what lies where it does',
  company: 'in the company',
  organization: 'in the organization',
  project: 'in the project',
  workflow: "in the workflow's project",
  deployment: "in the project of the deployment's workflow",
  execution: "in the project of the execution's workflow",
  pipeline: "in the project of the pipeline's workflow",
  job: 'in the company, or it is your own job',
  named: 'in the place that the request names',
};

export function neededFor(required: Requirement): string {
  if (required === 'public') return 'Needs no key.';
  if (required === 'signed-in') return 'Needs a key or a session, and no role.';
  if (required === 'platform') return 'Needs the key of the platform.';
  if (required === 'operator') return 'Needs the key of the platform, or a session that was opened with it.';
  const [least, scope, at] = required;
  return `Least role: ${least}, ${WHERE[at]}.${scope === null ? '' : ` Scope of a limited key: \`${scope}\`.`}`;
}
