/** Filters of the audit log: from the URL to the API. */
import { expect, it } from 'vitest';
import { auditFilters, auditQuery } from '../../../dashboard/src/lib/audit-filters';

const NAMES = { 'user:usr_1': 'Ada Lovelace', 'user:usr_2': 'Sam', 'user:usr_3': 'Sam', 'key:key_1': 'key ci' };
const asked = (text: string) => auditQuery(auditFilters(new URLSearchParams(text)), NAMES);

it('knows somebody by name, in any case, unless two have it', () => {
  expect(asked('actor=ada+lovelace')).toEqual({ actor: 'user:usr_1' });
  expect(asked('actor=key+ci')).toEqual({ actor: 'key:key_1' });
  expect(asked('actor=Sam')).toEqual({ actor: 'Sam' });
  expect(asked('actor=ada@example.com')).toEqual({ actor: 'ada@example.com' });
});

it('means the last day as a whole, and leaves out what is no day', () => {
  expect(asked('from=2026-11-20&to=2026-11-30')).toEqual({ from: '2026-11-20', to: '2026-12-01T00:00:00.000Z' });
  expect(asked('from=yesterday&to=2026-13-40&action=')).toEqual({ to: '2026-13-40' });
});
