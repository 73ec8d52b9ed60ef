/** Files of a document on the page that saves it: which are named, which are there, which were chosen just now. Pure. */
import type { JsonObject } from '#contracts/json';
import type { NamedFile } from '#contracts/outline';

/** By path: a file that was chosen, or null for one that is taken out. */
export type ChosenFiles = { [path: string]: { base64: string; size: number } | null };

export interface StoredFile {
  path: string;
  /** Bytes. */
  size: number;
}

export interface FileRow {
  path: string;
  size: number;
  /** It comes from the version before, or was chosen just now. */
  from: 'before' | 'chosen';
}

/** A file or folder that the document names, and what there is of it. */
export interface FilePlace {
  /** As the document writes it. */
  named: string;
  /** The module that names it. */
  module: string;
  /** It is a folder, as far as its name tells. */
  folder: boolean;
  files: FileRow[];
}

/** As the platform spells them: relative to the document, above which there is nothing. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

export function filePlaces(named: readonly NamedFile[], before: readonly StoredFile[], chosen: ChosenFiles): FilePlace[] {
  const rows: FileRow[] = [
    ...before.filter(({ path }) => !Object.hasOwn(chosen, path)).map((file) => ({ ...file, from: 'before' as const })),
    ...Object.entries(chosen).flatMap(([path, file]) => (file ? [{ path, size: file.size, from: 'chosen' as const }] : [])),
  ].sort((a, b) => a.path.localeCompare(b.path));
  const seen = new Set<string>();
  return named.flatMap(({ path, module }): FilePlace[] => {
    const at = plainPath(path);
    if (at === '' || seen.has(at)) return [];
    seen.add(at);
    const files = rows.filter((row) => row.path === at || row.path.startsWith(`${at}/`));
    const folder = files.some((row) => row.path !== at) || !/\.[A-Za-z0-9]+$/.test(at);
    return [{ named: path, module, folder, files }];
  });
}

/** Where a file that was chosen for a place goes. */
export function pathFor({ named, folder }: Pick<FilePlace, 'named' | 'folder'>, name: string): string {
  return folder ? `${plainPath(named)}/${name}` : plainPath(named);
}

/** The body that saves a document with what was chosen; `undefined`: nothing was, so the text alone is sent. */
export function bodyWithFiles(config: string, chosen: ChosenFiles, isFirst: boolean): JsonObject | undefined {
  if (Object.keys(chosen).length === 0) return undefined;
  const files = Object.fromEntries(Object.entries(chosen).map(([path, file]) => [path, file && { base64: file.base64 }]));
  return { config, files, ...(isFirst ? {} : { keep_files: true }) };
}
