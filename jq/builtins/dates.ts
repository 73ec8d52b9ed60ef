/**
 * Times: seconds since 1970 and "broken down" lists `[year, month from 0, day, hours, minutes, seconds, weekday, day of
 * the year]`. All of it in UTC, also what jq calls local.
 */
import type { Json } from '#contracts/json';
import { grow } from '#jq/budget';
import { raise } from '#jq/values';

/** Of a JavaScript date, in seconds. */
export const MAX_TIME = 8_640_000_000_000;

export function brokenDown(seconds: number): number[] {
  const date = new Date(Math.floor(seconds) * 1000);
  const year = date.getUTCFullYear();
  return [year, date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCDay(), dayOfYear(date)];
}

export function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - utc(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

export function utc(year: number, month: number, day: number, hours = 0, minutes = 0, seconds = 0): number {
  // Years below 100 are years, not abbreviations.
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hours, minutes, seconds, 0);
  return date.getTime();
}

export function gmtime(input: Json, name = 'gmtime'): Json {
  if (typeof input !== 'number') return raise(`${name}() requires numeric inputs`);
  if (!(Math.abs(input) <= MAX_TIME)) return raise('error converting number of seconds since epoch to datetime');
  grow(96);
  const parts = brokenDown(input);
  parts[5]! += input - Math.floor(input);
  return parts;
}

export function parts(input: Json, name: string): number[] {
  if (!Array.isArray(input) || input.length < 6 || !input.every((part) => typeof part === 'number')) return raise(`${name} requires parsed datetime inputs`);
  return input as number[];
}

export function mktime(input: Json): Json {
  if (!Array.isArray(input)) return raise('mktime requires array inputs');
  const [year, month, day, hours, minutes, seconds] = parts(input, 'mktime').map(Math.trunc);
  const time = utc(year!, month!, day!, hours, minutes, seconds) / 1000;
  return Number.isNaN(time) ? raise('invalid gmtime representation') : time;
}
