/**
 * What the platform's key has sealed in a tenant's rows, on the way between regions: each region may have a key of its own,
 * so it is opened here, sealed for the way, and sealed anew there. Values that a data key has sealed travel as they are.
 */
import { Problem } from '#contracts/problems';
import type { RowPage, SqlRow } from '#storage/carried-rows';
import type { RegionEnv } from '#workers/env';
import { clientSecretPlace, secondFactorPlace } from '#workers/identity/sealed';
import { masterKeys, sealForTravel, sealOnArrival, travelKey } from '#workers/secrets/envelope';
import { dataKeyPlace } from '#workers/secrets/vault';

interface SealedColumns {
  sealed: string;
  by: string;
  /** Column of the id, and what the value is bound to. */
  of: string;
  place(tenant: string, id: string): string;
}

const SEALED: { readonly [table: string]: SealedColumns } = {
  data_keys: { sealed: 'wrapped', by: 'wrapped_by', of: 'id', place: dataKeyPlace },
  second_factors: { sealed: 'sealed', by: 'sealed_by', of: 'user', place: secondFactorPlace },
  identity_providers: { sealed: 'sealed', by: 'sealed_by', of: 'id', place: clientSecretPlace },
};

/** Names of the columns that differ from region to region. */
export function sealedColumns(table: string): string[] {
  const found = SEALED[table];
  return found ? [found.sealed, found.by] : [];
}

/** Throws Problem('secrets_unavailable'). */
export async function sealedForTravel(env: RegionEnv, tenant: string, page: RowPage): Promise<RowPage> {
  return resealed(page, async (sealed, by, place) => ({
    sealed: await sealForTravel(await masterKeys(env), { sealed, sealed_by: by }, place(tenant), await travelKey(sharedSecret(env))),
    by: '',
  }));
}

/** Throws Problem('secrets_unavailable'). */
export async function sealedOnArrival(env: RegionEnv, tenant: string, page: RowPage): Promise<RowPage> {
  return resealed(page, async (sealed, _, place) => {
    const anew = await sealOnArrival(await masterKeys(env), sealed, place(tenant), await travelKey(sharedSecret(env)));
    return { sealed: anew.sealed, by: anew.sealed_by };
  });
}

async function resealed(
  page: RowPage,
  reseal: (sealed: string, by: string, place: (tenant: string) => string) => Promise<{ sealed: string; by: string }>,
): Promise<RowPage> {
  const columns = SEALED[page.table];
  if (!columns) return page;
  const [sealed, by, of] = [columns.sealed, columns.by, columns.of].map((name) => page.columns.indexOf(name)) as [number, number, number];
  const rows = await Promise.all(
    page.rows.map(async (row): Promise<SqlRow> => {
      const value = row[sealed];
      if (typeof value !== 'string') return row;
      const anew = await reseal(value, String(row[by]), (tenant) => columns.place(tenant, String(row[of])));
      return row.map((cell, at) => (at === sealed ? anew.sealed : at === by ? anew.by : cell));
    }),
  );
  return { ...page, rows };
}

function sharedSecret({ SESSION_SECRET }: RegionEnv): string {
  if (!SESSION_SECRET) throw new Problem('internal', 'SESSION_SECRET is not set.');
  return SESSION_SECRET;
}
