/** A document on disk, checked with the same compiler and the same catalogs as the platform's door. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Failure, type Surroundings } from '#cli/command';
import { type DocumentFiles, readFiles } from '#cli/document-files';
import type { Definition } from '#contracts/definition';
import type { Diagnostic } from '#contracts/diagnostics';
import { compile } from '#language/compile';
import { filePath } from '#language/compile-modules';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

export interface CheckedDocument {
  /** As it was given. */
  file: string;
  source: string;
  /** The application's name where the document has none: that of the file. */
  fallbackName: string;
  definition: Definition | null;
  diagnostics: Diagnostic[];
  /** What it names, from beside it. */
  files: DocumentFiles;
}

/** Throws Failure when the file cannot be read. */
export async function checkDocument(file: string, around: Surroundings): Promise<CheckedDocument> {
  const source = readText(file, around.cwd);
  const fallbackName = nameOf(file);
  const files = readFiles(file, source, around.cwd);
  const texts = new Map(Object.entries(files).map(([path, { base64 }]) => [filePath(path), Buffer.from(base64, 'base64').toString('utf8')]));
  const given = { refs: {}, paths: new Set(texts.keys()), text: (path: string) => texts.get(path) };
  const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog }, { name: fallbackName, files: given });
  return { file, source, fallbackName, definition, diagnostics, files };
}

/** Throws Failure. */
export function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Failure(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new Failure(`${file} is a folder. Name a file.`);
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** `apps/My Orders.yaml` is `my-orders`. */
export function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return name || 'app';
}
