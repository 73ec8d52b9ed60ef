/** The link for the first owner of a company: there is no default account, whoever opens it makes theirs. */

/** The link, or `undefined` once the company has an owner. An earlier link ends. */
export async function ownerLink({ origin, adminKey }, company) {
  const response = await fetch(`${origin}/api/v1/auth/owner-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ company }),
  });
  const body = await response.json();
  if (response.ok) return body.url;
  if (body.code === 'owner_exists') return undefined;
  throw new Error(`The link for the owner of ${company} could not be made: ${body.detail ?? body.title}`);
}
