/** A small catalog of steps and modules, so that the language is tested without the real ones. */
import { z } from 'zod';
import type { ModuleCatalog, ModuleFacts } from '#contracts/module';
import type { StepCatalog, StepFacts } from '#contracts/step';

function step(type: string, schema: z.ZodType, more: Partial<StepFacts> = {}): StepFacts {
  return {
    type,
    summary: type,
    kind: 'activity',
    pure: true,
    responds: false,
    idempotent: true,
    defaultTimeoutMs: 30_000,
    schema,
    paths: [],
    expressions: [],
    ...more,
  };
}

const ALL: StepFacts[] = [
  step('step.program', z.strictObject({ source: z.string().meta({ literal: true }) }), {
    programs: {
      source: {
        fault(text) {
          const start = text.indexOf('wrong');
          return start === -1 ? undefined : { message: 'This is wrong.', start, end: start + 5 };
        },
      },
    },
  }),
  step('step.set', z.strictObject({ values: z.record(z.string(), z.any()) })),
  step(
    'step.http_call',
    z.strictObject({
      url: z.string().min(1),
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
      headers: z.record(z.string().regex(/^[\w-]+$/), z.union([z.string(), z.number(), z.boolean()])).optional(),
      body: z.any().optional(),
      body_from: z.string().optional(),
      retries: z.number().int().optional(),
      verbose: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
    }),
    { pure: false, idempotent: false, paths: ['body_from'] },
  ),
  step('step.conditional', z.looseObject({}), { kind: 'conditional', paths: ['field'], expressions: ['if', 'expression'] }),
  step(
    'step.json_response',
    z.strictObject({
      status: z.number().int().min(200).max(599).optional(),
      status_code: z.number().optional().meta({ deprecated: true, use: 'status' }),
      body: z.any().optional(),
      body_from: z.string().optional(),
    }),
    { responds: true, paths: ['body_from'] },
  ),
  step('step.validate', z.strictObject({ expression: z.string().optional(), required: z.array(z.string()).optional() }), { expressions: ['expression'] }),
  step('step.db_exec', z.strictObject({ database: z.string().default('db'), query: z.string().meta({ literal: true }), params: z.array(z.any()).optional() }), {
    pure: false,
    idempotent: false,
  }),
];

const module = (type: string, schema: z.ZodType, database = false): ModuleFacts => ({
  type,
  summary: type,
  schema,
  database,
  door: false,
  guard: false,
  files: [],
  pipelines: [],
  tables: [],
  ports: { offers: database ? ['database'] : [] },
});
const MODULES = [
  module('http.server', z.strictObject({ address: z.string().optional() })),
  module('http.router', z.looseObject({})),
  module('storage.sqlite', z.strictObject({ path: z.string().optional(), setup: z.union([z.string(), z.array(z.string())]).optional() }), true),
];

export const steps: StepCatalog = new Map(ALL.map((facts) => [facts.type, facts]));
export const modules: ModuleCatalog = new Map(MODULES.map((facts) => [facts.type, facts]));
