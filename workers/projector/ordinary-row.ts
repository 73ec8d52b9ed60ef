/**
 * Rows of executions as this version writes them, known without the schema, which makes garbage for every field it looks at.
 *
 * 1. What is taken here, the schema takes too. Of anything else, rare fields included, the schema has the word.
 */
import { z } from 'zod';
import { ATTRIBUTE_NAME, ATTRIBUTE_VALUE_MAX, ATTRIBUTES_MAX } from '#contracts/attributes';
import { EXECUTION_STATUSES, type ProjectionMessage } from '#contracts/execution';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { MEASURED_STEPS, USAGE_KEYS } from '#contracts/metrics';

/** Of the same form as `z.iso.datetime()`. */
const INSTANT = z.core.regexes.datetime({});
const STATUSES: ReadonlySet<unknown> = new Set(EXECUTION_STATUSES);

export function isOrdinaryRow(row: unknown): row is ProjectionMessage {
  if (!isJsonObject(row)) return false;
  const { kind, seq, observed_as, summary, dead_letter, measure } = row;
  if (kind !== 'execution' || !isCount(seq) || seq < 1 || !isAbsentOr(isText, observed_as)) return false;
  return isJsonObject(summary) && isOrdinarySummary(summary) && dead_letter === undefined && isAbsentOr(isOrdinaryMeasure, measure);
}

function isOrdinarySummary(summary: JsonObject): boolean {
  return (
    isName(summary.execution_id) &&
    isName(summary.tenant) &&
    isText(summary.workflow) &&
    isText(summary.workflow_id) &&
    isCount(summary.version) &&
    isText(summary.environment) &&
    isText(summary.pipeline) &&
    STATUSES.has(summary.status) &&
    isText(summary.trigger) &&
    isInstant(summary.started_at) &&
    isAbsentOr(isInstant, summary.completed_at) &&
    isAbsentOr(isCount, summary.duration_ms) &&
    isAbsentOr(isText, summary.current_step) &&
    isAbsentOr(isOrdinaryError, summary.error) &&
    isAbsentOr(areOrdinaryAttributes, summary.attributes) &&
    isAbsentOr(isText, summary.idempotency_key) &&
    isAbsentOr(isInstant, summary.idempotency_expires_at)
  );
}

function isOrdinaryError(error: unknown): boolean {
  return isJsonObject(error) && isText(error.code) && isText(error.message);
}

function areOrdinaryAttributes(attributes: unknown): boolean {
  if (!isJsonObject(attributes)) return false;
  let count = 0;
  for (const name in attributes) {
    const value = attributes[name];
    if (++count > ATTRIBUTES_MAX || !ATTRIBUTE_NAME.test(name) || !isName(value) || value.length > ATTRIBUTE_VALUE_MAX) return false;
  }
  return count > 0;
}

/** Packed, see `packMeasure`. */
function isOrdinaryMeasure(measure: unknown): boolean {
  if (!Array.isArray(measure) || measure.length !== 2) return false;
  const steps: unknown = measure[1];
  return isOrdinaryUsage(measure[0]) && Array.isArray(steps) && steps.length <= MEASURED_STEPS && steps.every(isOrdinaryStep);
}

const MOST_BUCKETS = 1400;

function isOrdinaryStep(step: unknown): boolean {
  if (!Array.isArray(step) || step.length !== 9) return false;
  const name: unknown = step[0];
  const type: unknown = step[1];
  const durations: unknown = step[7];
  if (!isText(name) || name.length > 1024 || !isText(type) || type.length > 128) return false;
  for (let at = 2; at < 7; at++) if (!isCount(step[at])) return false;
  return Array.isArray(durations) && durations.length <= MOST_BUCKETS && durations.every(isCount) && isOrdinaryUsage(step[8]);
}

function isOrdinaryUsage(usage: unknown): boolean {
  return Array.isArray(usage) && usage.length === USAGE_KEYS.length && usage.every(isCount);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isName(value: unknown): value is string {
  return isText(value) && value !== '';
}

function isInstant(value: unknown): boolean {
  return isText(value) && INSTANT.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}
