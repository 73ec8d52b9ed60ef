/** Search attributes: what an execution is about, by which it is found again. */
import { z } from 'zod';

/** By name. */
export type Attributes = Record<string, string>;

export const ATTRIBUTES_MAX = 8;
export const ATTRIBUTE_VALUE_MAX = 128;
export const ATTRIBUTE_NAME = /^[a-z][a-z0-9_-]{0,31}$/;

export const attributesSchema = z
  .record(z.string().regex(ATTRIBUTE_NAME, 'a name such as customer_id: lower case, digits, _ and -'), z.string().min(1).max(ATTRIBUTE_VALUE_MAX))
  .refine((given) => Object.keys(given).length >= 1 && Object.keys(given).length <= ATTRIBUTES_MAX, `1 to ${ATTRIBUTES_MAX} attributes`);
