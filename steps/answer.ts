/**
 * What the two responding steps share: the status, and answers that carry no body.
 */
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Scope } from '#contracts/step';
import { headers, path, status } from '#steps/config-schemas';

/** Settings of every responding step. */
export const answerSettings = {
  status: status.optional().describe('HTTP status, 200 to 599. Default 200.'),
  status_code: status.optional().meta({ description: 'Older spelling of status.', deprecated: true, use: 'status' }),
  status_from: path.optional().describe('Path of a value that is the status, such as steps.call.response.status_code.'),
  headers: headers.optional().describe('Headers of the answer.'),
};

interface StatusSettings {
  status?: number;
  status_code?: number;
  status_from?: string;
}

/** The status as far as it stands in the settings: `undefined` where it is only known at run time. */
export function writtenStatus({ status, status_code, status_from }: JsonObject): number | undefined {
  if (status_from !== undefined) return undefined;
  const written = status ?? status_code ?? 200;
  return typeof written === 'number' ? written : undefined;
}

/** `status_from` first, then `status`, then 200. A value that is not a status fails the step. */
export function statusOf(settings: StatusSettings, scope: Scope): number {
  const written = settings.status ?? settings.status_code;
  if (settings.status_from === undefined) return written ?? 200;
  const value = scope.lookup(settings.status_from);
  if (value === undefined || value === null || value === '') {
    if (written !== undefined) return written;
    throw new Problem('step_config_invalid', `status_from names ${settings.status_from}, which has no value. Give status as well to fall back on.`);
  }
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 200 || number > 599)
    throw new Problem(
      'step_config_invalid',
      `status_from names ${settings.status_from}, whose value ${JSON.stringify(value).slice(0, 80)} is not an HTTP status.`,
    );
  return number;
}

/** Statuses whose answers have no body by definition. */
export function isBodyless(code: number): boolean {
  return code === 204 || code === 205 || code === 304;
}

/** The text of a value as a body: text as it is, anything else as JSON, nothing as nothing. */
export function bodyText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
