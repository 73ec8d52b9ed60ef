/** Instants in Go's reference layouts (`2006-01-02T15:04:05Z07:00`). UTC only: a log must read the same everywhere. */

const NAMED: { [name: string]: string } = {
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC822: '02 Jan 06 15:04 MST',
  DateTime: '2006-01-02 15:04:05',
  DateOnly: '2006-01-02',
  TimeOnly: '15:04:05',
  Kitchen: '3:04PM',
};
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Longest first, as Go reads a layout. */
const PARTS = /January|Jan|Monday|Mon|MST|2006|002|01|02|03|04|05|06|15|_2|PM|pm|Z07:00|Z0700|Z07|-07:00|-0700|-07|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

const two = (value: number) => String(value).padStart(2, '0');

/** Epoch ms in a layout; without one RFC 3339 with whole seconds. `unix` and `unixMilli` give the number as text. */
export function formatTime(at: number, layout?: string): string {
  const date = new Date(at);
  if (layout === undefined) return `${date.toISOString().slice(0, 19)}Z`;
  if (layout === 'unix') return String(Math.floor(at / 1000));
  if (layout === 'unixMilli') return String(Math.floor(at));
  return (Object.hasOwn(NAMED, layout) ? NAMED[layout]! : layout).replace(PARTS, (part) => field(date, part));
}

function field(date: Date, part: string): string {
  const hours = date.getUTCHours();
  switch (part) {
    case '2006':
      return String(date.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(date.getUTCFullYear() % 100);
    case 'January':
      return MONTHS[date.getUTCMonth()]!;
    case 'Jan':
      return MONTHS[date.getUTCMonth()]!.slice(0, 3);
    case '01':
      return two(date.getUTCMonth() + 1);
    case '1':
      return String(date.getUTCMonth() + 1);
    case 'Monday':
      return DAYS[date.getUTCDay()]!;
    case 'Mon':
      return DAYS[date.getUTCDay()]!.slice(0, 3);
    case '02':
      return two(date.getUTCDate());
    case '_2':
      return String(date.getUTCDate()).padStart(2);
    case '2':
      return String(date.getUTCDate());
    case '002':
      return String(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(3, '0');
    case '15':
      return two(hours);
    case '03':
      return two(hours % 12 || 12);
    case '3':
      return String(hours % 12 || 12);
    case '04':
      return two(date.getUTCMinutes());
    case '4':
      return String(date.getUTCMinutes());
    case '05':
      return two(date.getUTCSeconds());
    case '5':
      return String(date.getUTCSeconds());
    case 'PM':
      return hours < 12 ? 'AM' : 'PM';
    case 'pm':
      return hours < 12 ? 'am' : 'pm';
    case 'MST':
      return 'UTC';
    case 'Z07:00':
    case 'Z0700':
    case 'Z07':
      return 'Z';
    case '-07:00':
      return '+00:00';
    case '-0700':
      return '+0000';
    case '-07':
      return '+00';
    default:
      return fraction(date, part);
  }
}

function fraction(date: Date, part: string): string {
  const digits = `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`.slice(0, part.length - 1).padEnd(part.length - 1, '0');
  if (part[1] === '0') return part[0] + digits;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : part[0] + short;
}
