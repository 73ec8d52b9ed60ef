/** Older ways to name the API of an application, and its description. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';

const routed = (type: string, summary: string, answer: number) =>
  defineModule({
    type,
    summary,
    config: z.strictObject({
      service_name: z.string().optional().describe('Name of the service, for the reader.'),
      delegate: z.string().optional().describe('Module or pipeline that does the work of routes without steps.'),
      description: z.string().optional().describe('What it is for.'),
      routes: z.array(z.any()).optional().describe('No effect here: routes stand in workflows.http.'),
    }),
    unheeded: ['routes'],
    lower(use) {
      const { delegate } = use.settings as { delegate?: string };
      const from = use.by === 'request' ? 'trigger.body' : 'trigger.data';
      const work: PlainStep[] =
        delegate !== undefined && use.pipeline(delegate) && use.step('step.workflow_call')
          ? [{ name: 'work', type: 'step.workflow_call', config: { workflow: delegate, mode: 'sync', input: { _from: from } } }]
          : [];
      const body: JsonObject = work.length > 0 ? { body_from: 'steps.work' } : { body: { handler: use.name, status: 'success' } };
      const reply: PlainStep[] = use.by === 'request' ? [{ name: 'answer', type: 'step.json_response', config: { status: answer, ...body } }] : [];
      return {
        steps: [
          { name: 'received', type: 'step.log', config: { level: 'info', message: `${use.name} received` } },
          ...work,
          ...forwardSteps(use, from),
          ...reply,
        ],
      };
    },
    example: `
name: commands
type: ${type}
config:
  service_name: orders
`,
  });

export const apiCommand = routed('api.command', 'Routes that change something. Their steps stand at the route; without steps a delegate does the work.', 202);
export const apiQuery = routed('api.query', 'Routes that read something. Their steps stand at the route; without steps a delegate does the work.', 200);

export const openapiGenerator = defineModule({
  type: 'openapi.generator',
  summary: 'Describes the application. Here every application does so by itself: at /openapi.json, and as a page at /docs.',
  config: z.strictObject({
    title: z.string().optional().describe('Title of the API. No effect here: it is the name of the application.'),
    version: z.string().optional().describe('Version of the API. No effect here: it is that of the document.'),
    description: z.string().optional().describe('What it is for.'),
    path: z.string().optional().describe('Where the description is. No effect here: it is at /openapi.json.'),
    servers: z.array(z.string()).optional().describe('No effect here: the application has an origin of its own.'),
  }),
  unheeded: ['title', 'version', 'path', 'servers'],
  example: `
name: api-docs
type: openapi.generator
config: {}
`,
});

export const jsonschemaModular = defineModule({
  type: 'jsonschema.modular',
  summary: 'Schemas for validation. Here step.validate has them: inline under json_schema.',
  config: z.strictObject({
    schemaDir: z.string().optional().describe('Folder of schemas. No effect here: write them under schemas of the document.'),
    validateOnLoad: z.boolean().optional().describe('No effect here.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  unheeded: ['schemaDir'],
  example: `
name: schemas
type: jsonschema.modular
config: {}
`,
});
