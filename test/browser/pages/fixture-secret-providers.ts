/** The stores of secrets of the stand-in API: one that answers, one that fails until it is asked again. */
import { changeSecretProvider, createSecretProvider } from '#contracts/api-secret-providers';
import { Problem } from '#contracts/problems';
import type { SecretProviderItem } from '../../../dashboard/src/lib/api-types';

const AT = '2026-11-21T10:00:00.000Z';
const made = { created_at: AT, updated_at: AT, updated_by: 'admin' };

export class FixtureSecretProviders {
  #items: SecretProviderItem[] = [
    {
      name: 'aws',
      kind: 'aws',
      region: 'eu-central-1',
      access_key_id: 'AKIAIOSFODNN7EXAMPLE',
      search: 'apps/payments/{environment}',
      health: { status: 'ok', at: AT },
      ...made,
    },
    {
      name: 'vault',
      kind: 'vault',
      address: 'https://vault.example.com:8200',
      mount: 'secret',
      auth: { method: 'approle', role_id: '59d6d1ca-47bb', mount: 'approle' },
      health: { status: 'failing', at: AT, code: 'secret_store_refused', detail: 'vault: Vault answered 403 to the secret payments/stripe.' },
      ...made,
    },
  ];

  async answer(request: Request, name: string | undefined, isCheck: boolean): Promise<Response> {
    const { method } = request;
    if (method === 'GET') return Response.json({ items: this.#items });
    const known = this.#items.find((item) => item.name === name);
    if (name !== undefined && !known) throw new Problem('unknown_secret_provider');
    if (isCheck) {
      known!.health = { status: 'ok', at: AT };
      return Response.json(known);
    }
    if (method === 'DELETE') {
      this.#items = this.#items.filter((item) => item !== known);
      return new Response(null, { status: 204 });
    }
    const { credential: _, ...rest } = method === 'POST' ? createSecretProvider.parse(await request.json()) : changeSecretProvider.parse(await request.json());
    const item = { ...known, ...rest, health: { status: 'ok' as const, at: AT }, ...made } as SecretProviderItem;
    if (method === 'POST' && this.#items.some((each) => each.name === item.name)) throw new Problem('secret_provider_exists');
    this.#items = [...this.#items.filter((each) => each.name !== item.name), item].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Response.json(item, { status: method === 'POST' ? 201 : 200 });
  }
}
