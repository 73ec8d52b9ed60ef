/** Who is asking, once it is known: the same for a key, a person, a service account and the platform's operator. */
import type { Grants, KeyScope } from '#contracts/access';

export interface Actor {
  kind: 'operator' | 'key' | 'user' | 'service';
  /** `admin:…`, `key_…`, `usr_…`, `svc_…`. */
  id: string;
  /** Tenant that it acts for. */
  tenant: string;
  /** As logs and executions name it: `admin`, `key:{id}`, `user:{id}`, `service:{id}`. */
  by: string;
  grants: Grants;
  /** What the credential is limited to beside its roles; `null` when to nothing. */
  scopes: readonly KeyScope[] | null;
  /** Handed over by another region, where projects are known: ids of the workflows that the role of this call reaches. */
  reach?: readonly string[];
  /** Id of the key that was shown, or that the session was opened with: `key_…`, or `admin:…`. */
  key_id?: string;
  /** Of a person that signed in. */
  session_id?: string;
  /** The company asks for a second factor, and this person has none: only the own account answers. */
  owes_second_factor?: true;
  /** The operator's key itself was shown: companies, and every tenant. Never with a session. */
  platform: boolean;
}
