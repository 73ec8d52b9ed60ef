/** What the steps of file stores share. */
import { z } from 'zod';

export const store = z.string().min(1).meta({ names: 'artifacts' }).describe('Name of the module of the type storage.artifact, storage.s3 or storage.local.');

/** No parts that lead up, and nothing that no path has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to stay out.
const PATH = /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\u0000-\u001f\u007f\\]{1,500}$/;

export const artifactKey = z.string().regex(PATH, 'a path such as invoices/2026/o-1.pdf').describe('Path of the file in the store.');
