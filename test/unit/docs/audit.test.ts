/** The guide to the audit log has every action that is no route of the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BESIDE_ROUTES } from '#workers/api/audit-words';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/audit.md'), 'utf8');

it.each(Object.keys(BESIDE_ROUTES))('tells of %s', (action) => expect(guide).toContain(`\`${action}\``));
