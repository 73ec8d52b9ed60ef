/** What the steps of document stores share. A store is a table in the region of the tenant, its documents under their key. */
import { z } from 'zod';

export const store = z.string().min(1).meta({ names: 'nosql' }).describe('Name of the module of a nosql type.');
export const key = z.string().min(1).max(1024).describe('Key of the document.');

export const MAX_ITEM_BYTES = 512 * 1024;
