/** `/dialect.schema.json`: the JSON Schema that an editor checks and completes documents and tests with. No key is needed. */
import { editorSchema } from '#workers/editor-schema/document';

/** Editors ask again now and then; a new version of the platform brings a new schema. */
const CACHE = 'public, max-age=3600';

let made: string | undefined;

export function editorSchemaAnswer(): Response {
  made ??= JSON.stringify(editorSchema());
  // Editors in the browser read it too.
  const headers = { 'content-type': 'application/schema+json', 'cache-control': CACHE, 'access-control-allow-origin': '*' };
  return new Response(made, { headers });
}
