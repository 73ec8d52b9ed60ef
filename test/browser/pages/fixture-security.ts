/** What the stand-in company has decided about its safety. */
import { companySecuritySchema } from '#contracts/api-company-security';
import { retentionRequest } from '#contracts/api-retention';
import { type EgressRules, egressRule, egressRulesSchema } from '#contracts/egress';
import { type OwnRetention, outsideOf, RETENTION_PLANS, retentionOf } from '#contracts/retention';

export class FixtureSecurity {
  #egress: EgressRules = { default: 'deny', allow: ['api.stripe.com:443', '*.payments.example'], deny: ['sandbox.payments.example'] };
  #requiresSecondFactor = false;
  #own: OwnRetention = { logs: 14 };

  /** `path`: behind `/tenants/{tenant}`. */
  async answer(request: Request, path: 'egress' | 'security' | 'retention'): Promise<Response> {
    if (path === 'retention') return this.#retention(request);
    if (path === 'security') {
      if (request.method === 'PUT') this.#requiresSecondFactor = companySecuritySchema.parse(await request.json()).requires_second_factor;
      return Response.json({ requires_second_factor: this.#requiresSecondFactor });
    }
    if (request.method === 'PUT') {
      const { default: otherwise, allow, deny } = egressRulesSchema.parse(await request.json());
      this.#egress = { default: otherwise, allow: allow.map((rule) => egressRule(rule)!), deny: deny.map((rule) => egressRule(rule)!) };
    }
    return Response.json(this.#egress);
  }

  async #retention(request: Request): Promise<Response> {
    if (request.method === 'PUT') {
      const own = retentionRequest.parse(await request.json());
      const outside = outsideOf('team', own);
      if (outside) return problem(outside.kind);
      this.#own = own;
    }
    const last_sweep = { at: new Date(Date.now() - 5 * 3_600_000).toISOString(), removed: { executions: 1204, dead_letters: 3, logs: 0, audit: 0 } };
    const view = { tenant: 'acme', plan: 'team', own: this.#own, retention: retentionOf('team', this.#own), bounds: RETENTION_PLANS.team, last_sweep };
    return Response.json({ ...view, next_sweep_at: new Date(Date.now() + 19 * 3_600_000).toISOString() });
  }
}

function problem(kind: string): Response {
  const body = { type: 'about:blank', title: 'The request is not valid', status: 400, code: 'invalid_request', detail: `${kind}: outside of the plan.` };
  return Response.json(body, { status: 400, headers: { 'content-type': 'application/problem+json' } });
}
