/** What a document holds and where; see `language/outline.ts`. */
import { z } from 'zod';
import { jsonObject } from '#contracts/api-parts';

const place = {
  line: z.number().int().meta({ description: 'Where it begins, from 1' }),
  end_line: z.number().int().meta({ description: 'Its last line' }),
};

const outlineStep = z
  .object({
    name: z.string(),
    type: z.string().meta({ description: 'As written; empty where it is missing' }),
    index: z.number().int().meta({ description: 'Place in the compiled pipeline; steps of a timeline carry it too' }),
    effect: z.boolean().meta({ description: 'Something goes out: whoever tries the document says what it comes to' }),
    waits: z
      .object({
        decides: z.boolean().meta({ description: 'For somebody who approves or rejects; else for a signal' }),
        form: jsonObject.optional().meta({ description: 'JSON Schema of what the signal carries, or comes with the approval' }),
      })
      .optional()
      .meta({ description: 'It waits for something from outside: whoever tries the document says what comes, and when' }),
    ...place,
  })
  .meta({ id: 'OutlineStep' });

export const outlinePipelineSchema = z
  .object({
    name: z.string(),
    trigger: z.string().meta({ description: 'Type of what starts it' }),
    route: z
      .string()
      .optional()
      .meta({ description: 'Where it answers', examples: ['GET /orders/{id}'] }),
    ...place,
    steps: z.array(outlineStep).meta({ description: 'Those within others behind them' }),
  })
  .meta({ id: 'OutlinePipeline' });

export const outlineSchema = z
  .object({
    pipelines: z
      .array(outlinePipelineSchema)
      .meta({ description: 'Of every spelling: routes, handlers and chains of modules, jobs and actors are pipelines as well' }),
    modules: z.array(z.string()),
    files: z.array(z.object({ path: z.string(), module: z.string(), line: z.number().int() })).meta({ description: 'Files and folders that modules name' }),
  })
  .meta({ id: 'Outline' });

export type Outline = z.output<typeof outlineSchema>;
export type OutlinePipeline = z.output<typeof outlinePipelineSchema>;
export type OutlineStep = z.output<typeof outlineStep>;
export type NamedFile = Outline['files'][number];
