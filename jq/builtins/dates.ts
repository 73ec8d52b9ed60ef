/**
 * Times: seconds since 1970 and "broken down" lists `[year, month from 0, day, hours, minutes, seconds, weekday, day of
 * the year]`. All of it in UTC, also what jq calls local.
 */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { raise } from '#jq/values';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** Of a JavaScript date, in seconds. */
const MAX_TIME = 8_640_000_000_000;

function brokenDown(seconds: number): number[] {
  const date = new Date(Math.floor(seconds) * 1000);
  const year = date.getUTCFullYear();
  return [year, date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCDay(), dayOfYear(date)];
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - utc(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

function utc(year: number, month: number, day: number, hours = 0, minutes = 0, seconds = 0): number {
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

function parts(input: Json, name: string): number[] {
  if (!Array.isArray(input) || input.length < 6 || !input.every((part) => typeof part === 'number')) return raise(`${name} requires parsed datetime inputs`);
  return input as number[];
}

export function mktime(input: Json): Json {
  if (!Array.isArray(input)) return raise('mktime requires array inputs');
  const [year, month, day, hours, minutes, seconds] = parts(input, 'mktime').map(Math.trunc);
  const time = utc(year!, month!, day!, hours, minutes, seconds) / 1000;
  return Number.isNaN(time) ? raise('invalid gmtime representation') : time;
}

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

interface Parsed {
  year: number;
  month: number;
  day: number;
  hours: number;
  minutes: number;
  seconds: number;
  weekDay: number | undefined;
  yearDay: number | undefined;
  afternoon: boolean | undefined;
  epoch: number | undefined;
  century: number | undefined;
}

export function strptime(input: Json, format: Json): Json {
  if (typeof input !== 'string' || typeof format !== 'string') return raise('strptime/1 requires string inputs and arguments');
  burn(input.length + format.length);
  const reader = new TimeReader(input);
  const fits = reader.read(format, 0);
  if (!fits || (reader.at < input.length && !/\s/.test(input[reader.at]!))) return raise(`date "${input}" does not match format "${format}"`);
  const rest = input.slice(reader.at);
  grow(96);
  const list: Json[] = reader.result();
  return rest === '' ? list : [...list, rest];
}

class TimeReader {
  at = 0;
  // What a format does not name stays as an empty date of C is.
  private readonly parsed: Parsed = {
    year: 1900,
    month: 0,
    day: 0,
    hours: 0,
    minutes: 0,
    seconds: 0,
    weekDay: undefined,
    yearDay: undefined,
    afternoon: undefined,
    epoch: undefined,
    century: undefined,
  };

  constructor(private readonly text: string) {}

  read(format: string, depth: number): boolean {
    for (let i = 0; i < format.length; i++) {
      const char = format[i]!;
      if (/\s/.test(char)) this.skipBlank();
      else if (char !== '%') {
        if (this.text[this.at] !== char) return false;
        this.at++;
      } else {
        i++;
        while (/[-_0^#EO]/.test(format[i] ?? '')) i++;
        if (!this.field(format[i] ?? '', depth)) return false;
      }
    }
    return true;
  }

  result(): number[] {
    const p = this.parsed;
    if (p.epoch !== undefined) return brokenDown(p.epoch);
    if (p.afternoon !== undefined) p.hours = (p.hours % 12) + (p.afternoon ? 12 : 0);
    if (p.century !== undefined) p.year = p.century * 100 + (p.year % 100);
    const known = p.day !== 0;
    const date = new Date(utc(p.year, p.month, p.day));
    const weekDay = p.weekDay ?? (known ? date.getUTCDay() : 0);
    const yearDay = p.yearDay ?? (known ? dayOfYear(date) : 0);
    return [p.year, p.month, p.day, p.hours, p.minutes, p.seconds, weekDay, yearDay];
  }

  private skipBlank(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private number(digits: number, low: number, high: number): number | undefined {
    this.skipBlank();
    const found = new RegExp(`^[+-]?\\d{1,${digits}}`).exec(this.text.slice(this.at, this.at + digits + 1))?.[0];
    const value = Number(found);
    if (found === undefined || value < low || value > high) return undefined;
    this.at += found.length;
    return value;
  }

  private name(names: readonly string[]): number | undefined {
    const rest = this.text.slice(this.at, this.at + 12).toLowerCase();
    for (const [index, name] of names.entries()) {
      for (const form of [name.toLowerCase(), name.slice(0, 3).toLowerCase()]) {
        if (!rest.startsWith(form)) continue;
        this.at += form.length;
        return index;
      }
    }
    return undefined;
  }

  private store(value: number | undefined, keep: (value: number) => void): boolean {
    if (value === undefined) return false;
    keep(value);
    return true;
  }

  private field(letter: string, depth: number): boolean {
    const p = this.parsed;
    const nested = (format: string) => depth < 3 && this.read(format, depth + 1);
    switch (letter) {
      case 'Y':
        return this.store(this.number(4, 0, 9999), (value) => (p.year = value));
      case 'C':
        return this.store(this.number(2, 0, 99), (value) => (p.century = value));
      case 'y':
        return this.store(this.number(2, 0, 99), (value) => (p.year = value < 69 ? 2000 + value : 1900 + value));
      case 'm':
        return this.store(this.number(2, 1, 12), (value) => (p.month = value - 1));
      case 'B':
      case 'b':
      case 'h':
        return this.store(this.name(MONTHS), (value) => (p.month = value));
      case 'd':
      case 'e':
        return this.store(this.number(2, 1, 31), (value) => (p.day = value));
      case 'j':
        return this.store(this.number(3, 1, 366), (value) => (p.yearDay = value - 1));
      case 'H':
      case 'k':
        return this.store(this.number(2, 0, 23), (value) => (p.hours = value));
      case 'I':
      case 'l':
        return this.store(this.number(2, 1, 12), (value) => (p.hours = value));
      case 'M':
        return this.store(this.number(2, 0, 59), (value) => (p.minutes = value));
      case 'S':
        return this.store(this.number(2, 0, 60), (value) => (p.seconds = value));
      case 'p':
      case 'P':
        return this.store(this.name(['am', 'pm']), (value) => (p.afternoon = value === 1));
      case 'A':
      case 'a':
        return this.store(this.name(DAYS), (value) => (p.weekDay = value));
      case 'u':
        return this.store(this.number(1, 1, 7), (value) => (p.weekDay = value % 7));
      case 'w':
        return this.store(this.number(1, 0, 6), (value) => (p.weekDay = value));
      case 'U':
      case 'W':
      case 'V':
        return this.number(2, 0, 53) !== undefined;
      case 's':
        return this.store(this.number(15, -MAX_TIME, MAX_TIME), (value) => (p.epoch = value));
      case 'z': {
        // The offset is read and left out, as glibc's broken-down time has it beside the fields.
        const found = /^(?:Z|[+-]\d{2}(?::?\d{2})?)/.exec(this.text.slice(this.at, this.at + 6))?.[0];
        this.at += found?.length ?? 0;
        return found !== undefined;
      }
      case 'Z': {
        const found = /^[A-Za-z]+/.exec(this.text.slice(this.at, this.at + 12))?.[0];
        this.at += found?.length ?? 0;
        return found !== undefined;
      }
      case 'n':
      case 't':
        this.skipBlank();
        return true;
      case '%':
        if (this.text[this.at] !== '%') return false;
        this.at++;
        return true;
      case 'D':
      case 'x':
        return nested('%m/%d/%y');
      case 'F':
        return nested('%Y-%m-%d');
      case 'T':
      case 'X':
        return nested('%H:%M:%S');
      case 'R':
        return nested('%H:%M');
      case 'r':
        return nested('%I:%M:%S %p');
      case 'c':
        return nested('%a %b %e %H:%M:%S %Y');
      default:
        return false;
    }
  }
}
