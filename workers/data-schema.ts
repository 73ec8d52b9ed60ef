/** Whether what starts a pipeline, or what it publishes, has the shape that the document asks for. */
import type { DataSchema, Pipeline } from '#contracts/definition';
import type { TriggerType } from '#contracts/events';
import { isJsonObject, type Json } from '#contracts/json';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { schemaFaults } from '#steps/json-schema';

/** Throws Problem('schema_mismatch'). */
export function checkTriggerData(pipeline: Pipeline, trigger: TriggerType, data: Json): void {
  const { schema } = pipeline;
  if (schema) checkData(schema, dataOf(trigger, data), schema.name === undefined ? `the schema of ${pipeline.name}` : `the schema ${schema.name}`);
}

/** Throws Problem('schema_mismatch'). */
export function checkData({ schema }: DataSchema, data: Json, what: string): void {
  const faults = faultsOf(schema, data);
  const [first] = faults;
  if (!first) return;
  const place = first.path === undefined ? '' : `${first.path}: `;
  throw new Problem('schema_mismatch', `The data are not as ${what} asks: ${place}${first.message}`, { errors: faults.slice(0, 100) });
}

/** Data that make a pattern run on and on are not what is asked for. */
function faultsOf(schema: DataSchema['schema'], data: Json): ProblemDetail[] {
  try {
    return schemaFaults(schema, data);
  } catch (error) {
    if (error instanceof Problem && error.code === 'program_limit') return [{ code: 'pattern', message: error.message }];
    throw error;
  }
}

/** A request is its body, an event its data; what is started by hand is the data themselves. */
function dataOf(trigger: TriggerType, data: Json): Json {
  if (!isJsonObject(data)) return data;
  if (trigger === 'http' || trigger === 'webhook') return data.body ?? null;
  return trigger === 'event' || trigger === 'eventbus' ? (data.data ?? null) : data;
}
