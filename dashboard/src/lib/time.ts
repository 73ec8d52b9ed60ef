/** Words for time. Instants are ISO 8601 or epoch ms; what is shown is UTC, named once per page. */

/** `847 ms`, `1.23 s`, `45.6 s`, `3 m 12 s`, `2 h 4 m`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < 1) return value === 0 ? '0 ms' : '< 1 ms';
  if (Math.round(value) < 1000) return `${Math.round(value)} ms`;
  if (value < 9_995) return `${(value / 1000).toFixed(2)} s`;
  if (value < 59_950) return `${(value / 1000).toFixed(1)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(value / 60_000);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(value / 3_600_000);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A duration that is still counting: a tenth of a second at most, so that its width holds still. */
export function formatCounting(ms: number): string {
  const value = Math.max(0, ms);
  return value < 60_000 ? `${(value / 1000).toFixed(1)} s` : formatDuration(value);
}

/** `just now`, `12 s ago`, `4 m ago`, `3 h ago`, `2 d ago`, then the date; `in 4 m` for what is to come. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  const size = Math.abs(seconds);
  const phrase = (text: string) => (seconds < 0 ? `in ${text}` : `${text} ago`);
  if (size < 5) return 'just now';
  if (size < 60) return phrase(`${size} s`);
  if (size < 3600) return phrase(`${Math.floor(size / 60)} m`);
  if (size < 86_400) return phrase(`${Math.floor(size / 3600)} h`);
  if (size < 7 * 86_400) return phrase(`${Math.floor(size / 86_400)} d`);
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-11-23 14:30:00.123 UTC` */
export function formatExact(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 23)} UTC`;
}

/** The exact instant in UTC, then on the reader's own clock where that says something else. Browser only. */
export function formatBoth(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime()) || date.getTimezoneOffset() === 0) return formatExact(at);
  return `${formatExact(at)}\n${date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })}`;
}

/** `14:30:00.123` */
export function formatClock(at: number | string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().slice(11, 23);
}

/** `512 B`, `1.2 kB`, `3.4 MB` (powers of 1,000). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `12,345`, the same on server and browser whatever their locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
