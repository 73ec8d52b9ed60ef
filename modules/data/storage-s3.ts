/** An S3 bucket: a folder of the region's own bucket, so that files stay in the region of the tenant. */
import { z } from 'zod';
import { description, filePorts, handsMaxSize, maxSize } from '#modules/data/file-store';
import { defineModule } from '#modules/define-module';

export const storageS3 = defineModule({
  type: 'storage.s3',
  summary: 'An S3 bucket. Here it is a folder of the R2 bucket of the region, so that files stay in the region of the tenant; the artifact steps use it.',
  ports: filePorts,
  hands: handsMaxSize,
  unheeded: ['endpoint'],
  config: z.strictObject({
    bucket: z.string().optional().describe('Name of the bucket. No effect here: the store has a folder of its own.'),
    region: z.string().optional().describe('No effect here: files lie in the region of the tenant.'),
    endpoint: z.string().optional().describe('Server of the bucket. No effect here: no file is read from it or written to it; step.http_call can.'),
    prefix: z.string().optional().describe('Folder in the bucket. No effect here: the store has a folder of its own.'),
    maxSize,
    description,
  }),
  example: `
name: uploads
type: storage.s3
config:
  bucket: uploads
`,
});
