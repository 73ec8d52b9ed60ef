/** From a request's document to a compiled definition: YAML text or JSON, checked in full before anything is stored. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { workflowDocumentRequest } from '#contracts/api';
import type { Definition } from '#contracts/definition';
import { type Diagnostic, problemDetail } from '#contracts/diagnostics';
import { LIMITS } from '#contracts/limits';
import type { Outline } from '#contracts/outline';
import { Problem } from '#contracts/problems';
import { compile } from '#language/compile';
import type { DocumentFiles } from '#language/compile-document';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { checked, isJson, isUnstated, mediaType, parseJson, readText } from '#workers/api/body';
import { applyOverrides } from '#workers/api/config-overrides';
import { type SentFiles, sentFiles } from '#workers/api/document-files';

export interface GivenDocument {
  /** YAML. */
  source: string;
  /** Beside the document, not in it. */
  name?: string;
  files?: DocumentFiles;
  /** Of the platform, where they are known. */
  regions?: readonly string[];
}

/** What a request holds. */
export interface SentDocument extends GivenDocument {
  files: SentFiles;
  /** Whether files of the version before come along where nothing is said of them; `unsaid`: nothing is said of any. */
  keepFiles: 'asked' | 'unsaid' | 'no';
}

export interface Compiled {
  definition: Definition;
  outline: Outline;
  source: string;
  warnings: Diagnostic[];
}

/** Media types of a document, for the description of the API. */
export const DOCUMENT_TYPES = { 'application/yaml': z.string().meta({ description: 'The application as YAML' }), 'application/json': workflowDocumentRequest };

const YAML_TYPES = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'application/octet-stream']);

/** Throws Problem: unsupported_media_type, body_too_large, invalid_json, invalid_request. */
export async function readDocument(request: Request): Promise<SentDocument> {
  const type = mediaType(request);
  if (isJson(type)) {
    const { name, config, files, keep_files } = checked(workflowDocumentRequest, parseJson(await readText(request, LIMITS.deployBody)));
    const source = typeof config === 'string' ? config : stringify(config, { aliasDuplicateObjects: false });
    return { source, name, files: await sentFiles(files ?? {}), keepFiles: keep_files ? 'asked' : files || keep_files === false ? 'no' : 'unsaid' };
  }
  if (!YAML_TYPES.has(type) && !isUnstated(type)) {
    throw new Problem('unsupported_media_type', `Send the document as application/yaml, or as application/json {name, config}; not as ${type.slice(0, 100)}.`);
  }
  const source = await readText(request, LIMITS.yaml);
  if (source.trim() === '') throw new Problem('invalid_request', 'The body is empty. Send the document as YAML.');
  return { source, files: await sentFiles({}), keepFiles: 'unsaid' };
}

export interface Diagnosis {
  definition: Definition | null;
  outline: Outline | null;
  errors: Diagnostic[];
  warnings: Diagnostic[];
}

/** All diagnostics of a document, what stands where in it, and its definition where there is no error. */
export async function diagnose(document: GivenDocument): Promise<Diagnosis> {
  const { definition, outline, diagnostics } = await compile(
    document.source,
    { steps: stepCatalog, modules: moduleCatalog },
    { name: document.name, files: document.files, regions: document.regions },
  );
  return {
    definition,
    outline,
    errors: diagnostics.filter((each) => each.severity === 'error'),
    warnings: diagnostics.filter((each) => each.severity !== 'error'),
  };
}

/**
 * A name given beside the document wins over the one in it, and then stands in the stored document too.
 * Throws Problem('invalid_definition') with one entry per mistake.
 */
export async function compileDocument(document: GivenDocument): Promise<Compiled> {
  const { definition, outline, errors, warnings } = await diagnose(document);
  if (!definition || !outline || errors.length > 0) {
    const count = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`;
    throw new Problem('invalid_definition', `The document has ${count}. Nothing was stored.`, { errors: errors.map(problemDetail) });
  }
  if (document.name === undefined || definition.name === document.name) return { definition, outline, source: document.source, warnings };
  const renamed = await compileDocument({ ...document, source: applyOverrides(document.source, { name: document.name }) });
  const message = `The document calls itself ${definition.name}; it is stored as ${document.name}.`;
  const hint = `Write name: ${document.name}, or leave the name beside the document out.`;
  return {
    ...renamed,
    warnings: [{ code: 'other_name', severity: 'warning', message, path: 'name', line: 1, column: 1, end_line: 1, end_column: 1, hint }, ...warnings],
  };
}
