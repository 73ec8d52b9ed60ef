/**
 * From the text of an application to its closed graph.
 *
 * Invariants
 * 1. Every mistake is reported in one go, each with its place; a definition is given only when there is no error.
 * 2. Nothing that the platform does not act on passes without a word (`not_yet`, `foreign_key`, `no_effect`).
 * 3. The same document, whatever its comments and key order, has the same hash.
 */
import type { Definition } from '#contracts/definition';
import type { Diagnostic } from '#contracts/diagnostics';
import type { JsonObject } from '#contracts/json';
import type { ModuleCatalog } from '#contracts/module';
import type { Outline } from '#contracts/outline';
import type { StepCatalog } from '#contracts/step';
import { contentHash } from '#language/canonical';
import { Checker, describe, rangeOf } from '#language/checker';
import { type CompileOptions, compileDocument } from '#language/compile-document';
import { parseSource } from '#language/parse-source';
import { Report } from '#language/report';
import { settle } from '#language/settle';
import { toJson } from '#language/source';

export interface CompileResult {
  definition: Definition | null;
  /** What stands where, also of a document with mistakes; null where there is nothing to go on with. */
  outline: Outline | null;
  /** In the order of the text. */
  diagnostics: Diagnostic[];
}

/** Some programs are checked by what has to be loaded first. */
async function loadProgramChecks(source: string, steps: StepCatalog): Promise<void> {
  const needed = [...steps.values()].filter(({ type }) => source.includes(type));
  await Promise.all(needed.flatMap(({ load, programs = {} }) => [load?.(), ...Object.values(programs).map((program) => program.load?.())]));
}

/** Never throws for what a document may hold. */
export async function compile(source: string, catalogs: { steps: StepCatalog; modules: ModuleCatalog }, options: CompileOptions = {}): Promise<CompileResult> {
  const report = new Report(source);
  const checker = new Checker(report, catalogs, options.regions);
  await loadProgramChecks(source, catalogs.steps);
  const root = parseSource(report);
  if (root?.kind !== 'map') {
    if (root)
      report.error(
        'not_a_mapping',
        `The document must be a mapping of keys such as name and pipelines, not ${describe(root)}.`,
        '',
        rangeOf(root),
        'Begin with name: my-app, and pipelines: below it.',
      );
    else if (report.diagnostics.length === 0) report.error('not_a_mapping', 'The document is empty.', '', [0, 0], 'Begin with name: and pipelines:.');
    return { definition: null, outline: null, diagnostics: settle(report) };
  }
  const { body, outline } = compileDocument(checker, root, options);
  const diagnostics = settle(report);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { definition: null, outline, diagnostics };
  const document = { ...(toJson(root) as JsonObject), ...(body.files ? { files: body.files as unknown as JsonObject } : {}) };
  return { definition: { ...body, hash: await contentHash(document, body.name) }, outline, diagnostics };
}
