/** The secrets of the stand-in API: names and versions; values are taken and forgotten. */
import { createSecretRequest, putSecretRequest } from '#contracts/api-secrets';
import { Problem } from '#contracts/problems';
import type { SecretItem } from '../../../dashboard/src/lib/api-types';

const AT = '2026-11-21T10:00:00.000Z';

export class FixtureSecrets {
  #items: SecretItem[] = [
    { name: 'SLACK_WEBHOOK', environment: null, version: 1, created_at: AT, updated_at: AT, updated_by: 'admin' },
    { name: 'STRIPE_KEY', environment: 'staging', version: 3, created_at: AT, updated_at: AT, updated_by: 'key:key_ci' },
  ];

  async answer(request: Request, url: URL, name: string | undefined): Promise<Response> {
    const { method } = request;
    if (method === 'GET') return Response.json({ items: this.#items, next_cursor: null });
    if (method === 'POST') {
      const { value: _, environment = null, ...rest } = createSecretRequest.parse(await request.json());
      if (this.#find(rest.name, environment)) throw new Problem('secret_exists', `There is a secret ${rest.name}. PUT replaces its value.`);
      const now = new Date().toISOString();
      const item = { ...rest, environment, version: 1, created_at: now, updated_at: now, updated_by: 'admin' };
      this.#items = [...this.#items, item].sort((a, b) => (a.name < b.name ? -1 : 1));
      return Response.json(item, { status: 201 });
    }
    const environment = method === 'PUT' ? (putSecretRequest.parse(await request.json()).environment ?? null) : url.searchParams.get('environment');
    const found = this.#find(name ?? '', environment);
    if (!found) throw new Problem('not_found', `There is no secret ${name}.`);
    if (method === 'PUT') {
      found.version++;
      return Response.json(found);
    }
    this.#items = this.#items.filter((item) => item !== found);
    return new Response(null, { status: 204 });
  }

  #find(name: string, environment: string | null): SecretItem | undefined {
    return this.#items.find((item) => item.name === name && item.environment === environment);
  }
}
