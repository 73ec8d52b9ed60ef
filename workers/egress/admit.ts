/**
 * What is asked of an address before it is called, whoever calls: in hosted mode a public host, also when its name is
 * looked up, and a port where HTTP is at home, by https where a credential goes along; everywhere that the company lets
 * its applications call it.
 */
import type { EgressRules } from '#contracts/egress';
import { Problem } from '#contracts/problems';
import { refusal } from '#workers/egress/address';
import type { NameCheck } from '#workers/egress/names';
import { isRefusedPort } from '#workers/egress/port';
import { denialOf, denialOfAddresses } from '#workers/egress/rules';

export interface Admission {
  /** Refuses private addresses and knows no aliases. */
  hosted: boolean;
  /** In hosted mode over https alone, wherever redirects lead: for calls that prove who is asking. */
  secure?: boolean;
  /** What the company allows; `null`: everything. Absent: nobody's applications call. */
  rules?: () => Promise<EgressRules | null>;
  /** In hosted mode. */
  names?: NameCheck;
  /** Told of a place that may not be called, before its caller is. */
  refused?: (problem: Problem, host: string) => Promise<void>;
}

/** Of a parsed URL. */
export interface Place {
  host: string;
  hostname: string;
  port: string;
  protocol: string;
}

/** Throws Problem: address_refused, port_refused, egress_denied, connection_failed. */
export async function admit(place: Place, admission: Admission): Promise<void> {
  try {
    await judge(place, admission);
  } catch (error) {
    // That it could not be found out is no refusal.
    if (error instanceof Problem && error.code !== 'connection_failed') await admission.refused?.(error, place.host);
    throw error;
  }
}

async function judge(place: Place, { hosted, secure, rules, names }: Admission): Promise<void> {
  const { host, hostname, port, protocol } = place;
  if (hosted) {
    if (secure && protocol !== 'https:') throw new Problem('address_refused', `${host} cannot be called from here: it is reached over https only.`);
    const reason = refusal(hostname);
    if (reason) throw new Problem('address_refused', `${host} cannot be called from here: ${reason}.`);
    if (isRefusedPort(port)) throw new Problem('port_refused', `${host} cannot be called from here: port ${port} belongs to another protocol than HTTP.`);
  }
  const set = await rules?.();
  const denial = set ? denialOf(set, place) : undefined;
  if (denial) throw new Problem('egress_denied', `${host} cannot be called: ${denial}.`);
  const addresses = hosted ? await names?.check(hostname) : undefined;
  const behind = set && addresses && denialOfAddresses(set, place, addresses);
  if (behind) throw new Problem('egress_denied', `${host} cannot be called: ${behind}.`);
}
