/** What the stand-in company has decided about its safety. */
import { companySecuritySchema } from '#contracts/api-company-security';
import { type EgressRules, egressRule, egressRulesSchema } from '#contracts/egress';

export class FixtureSecurity {
  #egress: EgressRules = { default: 'deny', allow: ['api.stripe.com:443', '*.payments.example'], deny: ['sandbox.payments.example'] };
  #requiresSecondFactor = false;

  /** `path`: behind `/tenants/{tenant}`. */
  async answer(request: Request, path: 'egress' | 'security'): Promise<Response> {
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
}
