/**
 * Writes the reference of steps, modules, errors, the policy and the JSON Schema of a document from the code itself:
 *
 *   tsx scripts/generate-reference.ts           writes docs/reference/
 *   tsx scripts/generate-reference.ts --check   exits with 1 and the list of files that have drifted
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorSchema } from '#workers/editor-schema/document';
import { accessPage } from './reference/access.ts';
import { casesPage } from './reference/cases.ts';
import { errorsPage, GENERATED, modulesPage, stepsPage } from './reference/pages.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const files: Record<string, string> = {
  'docs/reference/steps.md': stepsPage(),
  'docs/reference/modules.md': modulesPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/access.md': accessPage(GENERATED),
  'docs/reference/dialect.schema.json': `${JSON.stringify(editorSchema(), null, 2)}\n`,
};

// The applications lie beside the repository where it is developed; elsewhere the table stays as it is.
const cases = await casesPage(root);
if (cases !== undefined) files['docs/reference/cases.md'] = cases;

const drifted = Object.entries(files).filter(([path, text]) => read(join(root, path)) !== text);

if (process.argv.includes('--check')) {
  for (const [path] of drifted) console.error(`${path} is not what the code says. Run: npm run generate`);
  process.exitCode = drifted.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of drifted) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${relative(process.cwd(), join(root, path))}`);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
