/** Schemas by name, as files of the application or in its settings. */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { ModuleUse } from '#contracts/module';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  schemaDir: z.string().optional().describe('Folder of schemas: order.json, order.schema.json and order.yaml are the schema order.'),
  schemas: z.record(z.string(), z.record(z.string(), z.any())).optional().describe('JSON Schemas by name.'),
  validateOnLoad: z.boolean().optional().describe('No effect here: schemas are always checked when the document is.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const jsonschemaModular = defineModule({
  type: 'jsonschema.modular',
  summary: 'Schemas by name, beside those under schemas of the document: step.validate, triggers and step.publish use them.',
  config,
  ports: { offers: ['schemas'] },
  files: ['schemaDir'],
  notices(settings, files) {
    const { schemaDir } = settings as Settings;
    return (schemaDir === undefined ? [] : schemaFiles(schemaDir, files))
      .filter(({ path }) => !isJsonObject(files.document(path)))
      .map(({ path }) => ({
        severity: 'error',
        setting: 'schemaDir',
        message: `"${path}" is neither YAML nor JSON with an object at its top, so it is no schema.`,
        hint: 'Mend the file, or keep it out of the folder.',
      }));
  },
  schemas(use) {
    const { schemaDir, schemas = {} } = use.settings as Settings;
    const found: { [name: string]: JsonObject } = {};
    for (const { name, path } of schemaDir === undefined ? [] : schemaFiles(schemaDir, use)) {
      const schema = use.document(path);
      if (isJsonObject(schema)) found[name] = schema;
    }
    return { ...found, ...(schemas as { [name: string]: JsonObject }) };
  },
  example: `
name: schemas
type: jsonschema.modular
config:
  schemas:
    order: {type: object, required: [id], properties: {id: {type: string}}}
`,
});

/** Files of the folder itself; what lies deeper is for references of people. */
function schemaFiles(folder: string, { list }: Pick<ModuleUse, 'list'>): { name: string; path: string }[] {
  return list(folder).flatMap((path) => {
    const [, name] = /([^/]+?)(?:\.schema)?\.(?:json|ya?ml)$/.exec(path) ?? [];
    return name === undefined ? [] : [{ name, path }];
  });
}
