/** What a document may contain: step types and module types with the JSON Schema of their settings, for editors and the builder. */
import { type ZodType, z } from 'zod';
import { moduleTypeList, stepTypeList, type stepTypeSchema } from '#contracts/api';
import type { JsonObject } from '#contracts/json';
import type { Intake } from '#contracts/module';
import { modules } from '#modules/registry';
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
    return { body: { items: stepTypeItems(), next_cursor: null } };
  },
});

const moduleTypes = endpoint({
  route: 'GET /module-types',
  tag: TAG,
  summary: 'Module types',
  answer: moduleTypeList,
  answers: { 200: { description: 'All of them', schema: moduleTypeList } },
  async handle() {
    const items = [...modules.values()].map(({ type, summary, database = false, ports, config, example }) => ({
      type,
      summary,
      database,
      ports: { offers: [...ports.offers], takes: (ports.takes ?? []).map(intakeOf) },
      config: schemaOf(config),
      example: example.trim(),
    }));
    return { body: { items, next_cursor: null } };
  },
});

export const catalogEndpoints: AnyEndpoint[] = [stepTypes, moduleTypes];

function intakeOf({ port, by, orPipeline, required }: Intake) {
  return { port, ...(by === undefined ? {} : { by }), or_pipeline: orPipeline === true, required: required === true };
}

/** All step types, as the API describes them. */
export function stepTypeItems(): z.input<typeof stepTypeSchema>[] {
  return [...stepCatalog.values()].map((facts) => ({
    type: facts.type,
    summary: facts.summary,
    kind: facts.kind,
    pure: facts.pure,
    responds: facts.responds,
    waits: facts.waits !== undefined,
    idempotent: facts.idempotent,
    default_timeout_ms: facts.defaultTimeoutMs,
    ...(facts.chooses ? { chooses: { yes: facts.chooses.yes, no: facts.chooses.no } } : {}),
    config: schemaOf(facts.schema),
  }));
}

function schemaOf(schema: ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}
