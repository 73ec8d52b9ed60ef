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
  async answer(request: Request, path: 'egress' | 'security' | 'retention' | 'retention/preview'): Promise<Response> {
    if (path === 'retention' || path === 'retention/preview') return this.#retention(request);
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
    let own = this.#own;
    if (request.method !== 'GET') {
      own = retentionRequest.parse(await request.json());
      const outside = outsideOf('team', own);
      if (outside) return problem(outside.kind);
      if (request.method === 'PUT') this.#own = own;
    }
    const retention = retentionOf('team', own);
    const next_sweep = { at: new Date(Date.now() + 19 * 3_600_000).toISOString(), executions: oldOnes(retention.executions), more: false };
    return Response.json({ tenant: 'acme', plan: 'team', own, retention, bounds: RETENTION_PLANS.team, last_sweep: lastSweep(), next_sweep });
  }
}

/** The fewer days, the more are old. */
function oldOnes(days: number | null): number {
  return days === null || days >= 400 ? 0 : 1600 - 4 * days;
}

function lastSweep() {
  return { at: new Date(Date.now() - 5 * 3_600_000).toISOString(), removed: { executions: 1204, dead_letters: 3, logs: 0, audit: 0 } };
}

function problem(kind: string): Response {
  const body = { type: 'about:blank', title: 'The request is not valid', status: 400, code: 'invalid_request', detail: `${kind}: outside of the plan.` };
  return Response.json(body, { status: 400, headers: { 'content-type': 'application/problem+json' } });
}
