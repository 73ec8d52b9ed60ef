/** Times written by a format, as `strftime` of C does. */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { gmtime, parts, utc } from '#jq/builtins/dates';
import { raise } from '#jq/values';

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const two = (value: number) => String(value).padStart(2, '0');

/** Week of the year and its year, weeks beginning on Monday (ISO 8601). */
function isoWeek(year: number, yearDay: number, weekDay: number): [number, number] {
  const week = Math.floor((yearDay - ((weekDay + 6) % 7) + 10) / 7);
  if (week < 1) return [year - 1, isoWeeks(year - 1)];
  return week > isoWeeks(year) ? [year + 1, 1] : [year, week];
}

function isoWeeks(year: number): number {
  const day = (at: number) => new Date(utc(at, 11, 31)).getUTCDay();
  return day(year) === 4 || day(year - 1) === 3 ? 53 : 52;
}

export function strftime(input: Json, format: Json, name = 'strftime/1'): Json {
  const time = typeof input === 'number' ? gmtime(input) : input;
  if (!Array.isArray(time)) return raise(`${name} requires parsed datetime inputs`);
  if (typeof format !== 'string') return raise(`${name} requires a string format`);
  const at = parts(time, name).map(Math.trunc);
  const text = format.replaceAll(/%[-_0^#]?([EO]?)([A-Za-z%])/g, (whole, _, letter: string) => written(letter, at) ?? whole);
  burn(format.length);
  grow(2 * text.length);
  return text;
}

function written(letter: string, at: readonly number[]): string | undefined {
  const [year = 0, month = 0, day = 1, hours = 0, minutes = 0, seconds = 0, weekDay = 0, yearDay = 0] = at;
  const all = (format: string) => format.replaceAll(/%([A-Za-z])/g, (_, inner: string) => written(inner, at)!);
  const hour12 = hours % 12 === 0 ? 12 : hours % 12;
  switch (letter) {
    case 'Y':
      return String(year);
    case 'C':
      return two(Math.floor(year / 100));
    case 'y':
      return two(((year % 100) + 100) % 100);
    case 'm':
      return two(month + 1);
    case 'B':
      return MONTHS[month] ?? '?';
    case 'b':
    case 'h':
      return MONTHS[month]?.slice(0, 3) ?? '?';
    case 'd':
      return two(day);
    case 'e':
      return String(day).padStart(2, ' ');
    case 'j':
      return String(yearDay + 1).padStart(3, '0');
    case 'H':
      return two(hours);
    case 'k':
      return String(hours).padStart(2, ' ');
    case 'I':
      return two(hour12);
    case 'l':
      return String(hour12).padStart(2, ' ');
    case 'M':
      return two(minutes);
    case 'S':
      return two(seconds);
    case 'p':
      return hours < 12 ? 'AM' : 'PM';
    case 'P':
      return hours < 12 ? 'am' : 'pm';
    case 'A':
      return DAYS[weekDay] ?? '?';
    case 'a':
      return DAYS[weekDay]?.slice(0, 3) ?? '?';
    case 'u':
      return String(weekDay === 0 ? 7 : weekDay);
    case 'w':
      return String(weekDay);
    case 'U':
      return two(Math.floor((yearDay + 7 - weekDay) / 7));
    case 'W':
      return two(Math.floor((yearDay + 7 - ((weekDay + 6) % 7)) / 7));
    case 'V':
      return two(isoWeek(year, yearDay, weekDay)[1]);
    case 'G':
      return String(isoWeek(year, yearDay, weekDay)[0]);
    case 'g':
      return two(isoWeek(year, yearDay, weekDay)[0] % 100);
    case 'Z':
      return 'UTC';
    case 'z':
      return '+0000';
    case 's':
      return String(utc(year, month, day, hours, minutes, seconds) / 1000);
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    case 'D':
    case 'x':
      return all('%m/%d/%y');
    case 'F':
      return all('%Y-%m-%d');
    case 'T':
    case 'X':
      return all('%H:%M:%S');
    case 'R':
      return all('%H:%M');
    case 'r':
      return all('%I:%M:%S %p');
    case 'c':
      return all('%a %b %e %H:%M:%S %Y');
    default:
      return undefined;
  }
}
