/** What the stores of files share: on the edge each is a folder of the region's R2 bucket. */
import { z } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { Ports } from '#contracts/module';

export const description = z.string().optional().describe('What it is for.');

export const maxSize = z
  .union([z.string().regex(/^\d+(?:\.\d+)?\s*(?:[kKmM][iI]?)?[bB]?$/, 'a size such as 65536, 512KB or 4MB'), z.number().int().min(1)])
  .optional()
  .describe(`Largest file that it takes: 512KB, 4MB. The platform takes ${LIMITS.upstreamBody / 1024 / 1024} MB at most.`);

export const filePorts: Ports = { offers: ['artifacts'] };

/** What `step.artifact_upload` takes over. */
export function handsMaxSize(settings: JsonObject): JsonObject {
  const size: Json | undefined = settings.maxSize;
  return size === undefined ? {} : { max_size: size };
}
