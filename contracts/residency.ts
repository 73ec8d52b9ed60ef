/** Rules of a document (`regions.data_residency`) by which its executions live in regions, and the names that regions go by. */
import type { Replication } from '#contracts/peer';

/** The first rule that matches says where an execution lives. */
export interface ResidencyRule {
  name: string;
  match: ResidencyMatch;
  /** As the platform calls it. */
  region: string;
  /** What may leave for other regions than this one; absent: what the tenant lets. */
  replication?: Replication;
}

/** Without anything: every start. */
export interface ResidencyMatch {
  /** Each of these has one of the values, compared as text. */
  fields?: { path: string; values: string[] }[];
  /** A condition over what starts the execution. */
  expression?: string;
}

/** Of the company, whoever sends a request and whatever is in it. */
export const TENANT_FIELDS = ['tenant.region', 'tenant.slug'] as const;

/** What rules may know of a tenant. */
export interface ResidentTenant {
  slug: string;
  /** Its home. */
  region: string;
}

const REGION_NAME = /^[a-z][a-z0-9]{1,15}$/;
/** A region of a cloud provider: `eu-west-1` is in `eu`. */
const CLOUD_REGION = /^([a-z]{2})-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;

/** A region's own name, in either case, or that of a cloud's region within it; `undefined`: the text names none. */
export function regionOfName(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  if (REGION_NAME.test(name)) return name;
  return CLOUD_REGION.exec(name)?.[1];
}
