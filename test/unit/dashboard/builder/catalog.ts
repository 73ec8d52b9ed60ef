/** The step types as the API gives them. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { stepCatalog } from '#steps/registry';
import { catalogOf } from '../../../../dashboard/src/builder/document/catalog';

export const catalog = catalogOf(
  [...stepCatalog.values()].map((facts) => ({
    type: facts.type,
    summary: facts.summary,
    kind: facts.kind,
    pure: facts.pure,
    responds: facts.responds,
    idempotent: facts.idempotent,
    default_timeout_ms: facts.defaultTimeoutMs,
    ...(facts.chooses ? { chooses: { yes: facts.chooses.yes, no: facts.chooses.no } } : {}),
    config: z.toJSONSchema(facts.schema, { io: 'input', unrepresentable: 'any' }) as JsonObject,
  })),
);
