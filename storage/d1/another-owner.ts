/** Who stays when an owner goes: a company is never without a person who owns it and can sign in. */
import { type SQL, sql } from 'drizzle-orm';

/** Whether a person other than this one owns the company, whose account is not disabled. A condition within a statement. */
export function anotherOwner(tenant: string, subject: string): SQL {
  return sql`EXISTS (SELECT 1 FROM members AS other WHERE other.tenant = ${tenant} AND other.level = 'company' AND other.place_id = ''
    AND other.subject >= 'usr_' AND other.subject < 'usr\`' AND other.subject <> ${subject} AND other.role = 'owner'
    AND NOT EXISTS (SELECT 1 FROM users AS person WHERE person.tenant = other.tenant AND person.id = other.subject AND person.disabled_at IS NOT NULL))`;
}
