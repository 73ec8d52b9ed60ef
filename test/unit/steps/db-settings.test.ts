import { expect, it } from 'vitest';
import { z } from 'zod';
import { databaseSettings } from '#steps/db-settings';

it.each([
  ['SELECT ?, $1', false],
  ['SELECT ?1, ?', false],
  ['SELECT ?, ?', true],
  ['SELECT $1, ?2', true],
  ['SELECT \'?\', "a?", `?`, [?], $1 -- ?\n/* ? */', true],
  ["SELECT ? WHERE x = '$1'", true],
  ['SELECT a$1 FROM t WHERE b = ?', true],
])('placeholders of one style: %s', (query, expected) => {
  expect(z.object(databaseSettings).safeParse({ database: 'db', query }).success).toBe(expected);
});
