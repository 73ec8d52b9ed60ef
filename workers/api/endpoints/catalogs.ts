/** What a document may contain: step types and module types with the JSON Schema of their settings, for editors and the builder. */
import { type ZodType, z } from 'zod';
import { moduleTypeList, stepTypeList } from '#contracts/api';
import type { JsonObject } from '#contracts/json';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';

const TAG = 'Description';

const stepTypes = endpoint({
  route: 'GET /step-types',
  tag: TAG,
  summary: 'Step types',
  answer: stepTypeList,
  answers: { 200: { description: 'All of them', schema: stepTypeList } },
  async handle() {
    const items = [...stepCatalog.values()].map((facts) => ({
      type: facts.type,
      summary: facts.summary,
      kind: facts.kind,
      pure: facts.pure,
      responds: facts.responds,
      idempotent: facts.idempotent,
      default_timeout_ms: facts.defaultTimeoutMs,
      config: schemaOf(facts.schema),
    }));
    return { body: { items, next_cursor: null } };
  },
});

const moduleTypes = endpoint({
  route: 'GET /module-types',
  tag: TAG,
  summary: 'Module types',
  answer: moduleTypeList,
  answers: { 200: { description: 'All of them', schema: moduleTypeList } },
  async handle() {
    const items = [...moduleCatalog.values()].map(({ type, summary, database, schema }) => ({ type, summary, database, config: schemaOf(schema) }));
    return { body: { items, next_cursor: null } };
  },
});

export const catalogEndpoints: AnyEndpoint[] = [stepTypes, moduleTypes];

function schemaOf(schema: ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}
