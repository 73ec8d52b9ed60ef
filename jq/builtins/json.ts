/** Text to values: `fromjson` and `tonumber`. */
import { type Json, nestsDeeperThan } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { described, raise } from '#jq/values';

const MAX_DEPTH = 1000;

export function fromJson(value: Json): Json {
  if (typeof value !== 'string') return raise(`${described(value)} only strings can be parsed`);
  grow(16 + 8 * value.length);
  burn(value.length);
  const text = value.trim();
  if (/^-?nan$/i.test(text)) return Number.NaN;
  if (nestsDeeperThan(MAX_DEPTH, text)) return raise('Exceeds depth limit for parsing');
  try {
    return JSON.parse(text) as Json;
  } catch {
    return raise(`${described(value)} is no JSON`);
  }
}

export function toNumber(value: Json): Json {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return raise(`${described(value)} cannot be parsed as a number`);
  const text = value.trim();
  if (/^-?nan$/i.test(text)) return Number.NaN;
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  return raise(`${described(value)} cannot be parsed as a number`);
}
