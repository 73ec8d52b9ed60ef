/** A folder of files: there is no disk at the edge, so it is a folder of the region's bucket. */
import { z } from 'zod';
import { description, filePorts, handsMaxSize, maxSize } from '#modules/data/file-store';
import { defineModule } from '#modules/define-module';

export const storageLocal = defineModule({
  type: 'storage.local',
  summary: 'A folder of files. There are no folders at the edge: it is a folder of the R2 bucket of the region; the artifact steps use it.',
  ports: filePorts,
  hands: handsMaxSize,
  config: z.strictObject({
    rootDir: z.string().optional().describe('Folder. No effect here: the store has a folder of its own.'),
    root: z.string().optional().describe('Another spelling of rootDir. No effect here.'),
    path: z.string().optional().describe('Another spelling of rootDir. No effect here.'),
    maxSize,
    description,
  }),
  example: `
name: exports
type: storage.local
config:
  rootDir: ./data/exports
`,
});
