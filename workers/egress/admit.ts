/** What hosted mode asks of an address before it is called, whoever calls: a public host, and a port where HTTP is at home. */
import { Problem } from '#contracts/problems';
import { refusal } from '#workers/egress/address';
import { isRefusedPort } from '#workers/egress/port';

/** Of a parsed URL. Throws Problem: address_refused, port_refused. */
export function admit({ host, hostname, port }: { host: string; hostname: string; port: string }): void {
  const reason = refusal(hostname);
  if (reason) throw new Problem('address_refused', `${host} cannot be called from here: ${reason}.`);
  if (isRefusedPort(port)) throw new Problem('port_refused', `${host} cannot be called from here: port ${port} belongs to another protocol than HTTP.`);
}
