/** What is on disk of a region, as it is there: SQLite files with their journals, objects of R2, queues, caches; and in which forms a text may be in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files below a folder that hold the text. */
export function filesWith(folder: string, text: string): string[] {
  const needle = Buffer.from(text);
  return filesIn(folder).filter((path) => contentOf(path)?.includes(needle));
}

/** Which of the texts each file below the folders holds, in whatever form. Every file is read once. */
export function findings(folders: string[], texts: readonly string[]): { file: string; text: string }[] {
  const needles = texts.map((text) => ({ text, forms: [...textForms(text).map((form) => Buffer.from(form)), Buffer.from(text, 'utf16le')] }));
  return folders.flatMap(filesIn).flatMap((file) => {
    const content = contentOf(file);
    return content ? needles.filter(({ forms }) => forms.some((form) => content.includes(form))).map(({ text }) => ({ file, text })) : [];
  });
}

/** A text as it is, in JSON, in a URL, and in base64, alone or within something longer. */
export function textForms(text: string): string[] {
  return [...new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...base64Forms(text)])];
}

/** Below this a form would be found by chance. */
const LEAST_FORM = 10;

/** Three bytes are four letters, so there are three ways to begin; letters that what stands around has a part in are left out. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [0, 1, 2].map((offset) => {
    const all = Buffer.concat([Buffer.alloc(offset), bytes]);
    return all.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((all.length * 8) / 6));
  });
  return forms.filter((form) => form.length >= LEAST_FORM);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** `undefined`: gone since it was listed, as journals are. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
