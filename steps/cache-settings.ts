/** What the steps of caches share. A cache is a table in the region of the tenant; what is past its time is not there. */
import { z } from 'zod';

export const cacheSettings = {
  cache: z.string().min(1).meta({ names: 'cache' }).describe('Name of the module of the type cache.modular.'),
  key: z.string().min(1).max(1024).describe('Key of the value.'),
};

/** Without one nothing would ever go. */
export const DEFAULT_TTL_MS = 3_600_000;
export const MAX_TTL_MS = 30 * 86_400_000;
export const MAX_VALUE_BYTES = 256 * 1024;
