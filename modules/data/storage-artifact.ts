/** Files that pipelines make and read. */
import { z } from 'zod';
import { description, filePorts, handsMaxSize, maxSize } from '#modules/data/file-store';
import { defineModule } from '#modules/define-module';

export const storageArtifact = defineModule({
  type: 'storage.artifact',
  summary:
    'A store of files that pipelines make and read. Here they lie in the R2 bucket of the region, in a folder of the application and environment; step.artifact_upload, download, list and delete use it.',
  ports: filePorts,
  hands: handsMaxSize,
  config: z.strictObject({
    backend: z.string().optional().describe('Kind of the store. No effect here: files lie in R2.'),
    basePath: z.string().optional().describe('Folder. No effect here: a store has a folder of its own.'),
    path: z.string().optional().describe('Another spelling of basePath. No effect here.'),
    maxSize,
    description,
  }),
  example: `
name: invoices
type: storage.artifact
config:
  maxSize: 2MB
  description: PDFs that customers download
`,
});
