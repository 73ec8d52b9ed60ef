/** No namespace, folder or queue of a region is forgotten when a tenant is erased. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

vi.mock('cloudflare:workers', () => ({ DurableObject: class {} }));

import { NAMESPACES } from '#workers/erasure/stages';

const config = readFileSync(join(import.meta.dirname, '../../../wrangler.toml'), 'utf8');

it.each(['us', 'eu'])('every namespace of %s is erased, or says why not', (region) => {
  const bindings = [...config.matchAll(new RegExp(`\\[\\[env\\.${region}\\.durable_objects\\.bindings\\]\\]\\nname = "(\\w+)"`, 'g'))].map(
    (match) => match[1]!,
  );
  expect(bindings.length).toBeGreaterThan(10);
  expect(Object.keys(NAMESPACES).sort()).toEqual(bindings.sort());
});
