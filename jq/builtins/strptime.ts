/** Times read by a format, as `strptime` of C does. */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { brokenDown, dayOfYear, MAX_TIME, utc } from '#jq/builtins/dates';
import { DAYS, MONTHS } from '#jq/builtins/strftime';
import { raise } from '#jq/values';

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
