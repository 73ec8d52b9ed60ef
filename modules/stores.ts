/** Stores of files: on the edge all of them are folders of the region's R2 bucket, one for each module. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const description = z.string().optional().describe('What it is for.');

export const storageArtifact = defineModule({
  type: 'storage.artifact',
  summary:
    'A store of files that pipelines make and read. Here they lie in the R2 bucket of the region, in a folder of the application and environment; step.artifact_upload, download, list and delete use it.',
  provides: 'artifacts',
  unheeded: ['maxSize'],
  config: z.strictObject({
    backend: z.string().optional().describe('Kind of the store. No effect here: files lie in R2.'),
    basePath: z.string().optional().describe('Folder. No effect here: a store has a folder of its own.'),
    path: z.string().optional().describe('Another spelling of basePath. No effect here.'),
    maxSize: z.union([z.number(), z.string()]).optional().describe('No effect here: a file may have 8 MB.'),
    description,
  }),
  example: `
name: invoices
type: storage.artifact
config:
  description: PDFs that customers download
`,
});

export const storageS3 = defineModule({
  type: 'storage.s3',
  summary: 'An S3 bucket. Here it is a folder of the R2 bucket of the region, so that files stay in the region of the tenant; the artifact steps use it.',
  provides: 'artifacts',
  config: z.strictObject({
    bucket: z.string().optional().describe('Name of the bucket. No effect here: the store has a folder of its own.'),
    region: z.string().optional().describe('No effect here: files lie in the region of the tenant.'),
    endpoint: z.string().optional().describe('No effect here.'),
    prefix: z.string().optional().describe('No effect here.'),
    description,
  }),
  example: `
name: uploads
type: storage.s3
config:
  bucket: uploads
`,
});

export const storageLocal = defineModule({
  type: 'storage.local',
  summary: 'A folder of files. There are no folders at the edge: it is a folder of the R2 bucket of the region; the artifact steps use it.',
  provides: 'artifacts',
  config: z.strictObject({
    rootDir: z.string().optional().describe('Folder. No effect here.'),
    root: z.string().optional().describe('Another spelling of rootDir. No effect here.'),
    path: z.string().optional().describe('Another spelling of rootDir. No effect here.'),
    description,
  }),
  example: `
name: exports
type: storage.local
config:
  rootDir: ./data/exports
`,
});
