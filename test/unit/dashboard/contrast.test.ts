/** AA contrast of the tokens in both themes: 4.5 for text, 3 for what is told by shape or area. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../../dashboard/src/theme/tokens.css', import.meta.url), 'utf8');
const TOKEN = /--([\w-]+):\s*light-dark\(\s*oklch\(([\d.\s]+)\),\s*oklch\(([\d.\s]+)\)\s*\)/g;

type Theme = 'light' | 'dark';
const tokens = new Map<string, Record<Theme, number>>();
for (const [, name, light, dark] of css.matchAll(TOKEN)) tokens.set(name!, { light: luminance(light!), dark: luminance(dark!) });

/** Relative luminance (WCAG) of `L C H`, by way of OKLab and linear sRGB; what is out of gamut is clipped, as on a screen. */
function luminance(text: string): number {
  const [l, c, h] = text.trim().split(/\s+/).map(Number) as [number, number, number];
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string, theme: Theme): number {
  const of = (name: string) => {
    const token = tokens.get(name);
    if (!token) throw new Error(`no token --${name}`);
    return token[theme];
  };
  const [light, dark] = [of(first), of(second)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['bg', 'surface', 'sunken', 'raised', 'hover'];
const TEXTS = [
  'text',
  'text-2',
  'text-3',
  'accent',
  'ok',
  'bad',
  'run',
  'retry',
  'wait',
  'comp',
  'skip',
  'stop',
  'json-key',
  'json-string',
  'json-number',
  'json-word',
];
const BARS = ['ok-bar', 'bad-bar', 'run-bar', 'retry-bar', 'wait-bar', 'comp-bar', 'skip-bar', 'stop-bar'];

const PAIRS: [string, string, number][] = [
  ...GROUNDS.flatMap((ground) => TEXTS.map((text): [string, string, number] => [text, ground, 4.5])),
  ...['text', 'text-2', 'text-3', 'bad'].map((text): [string, string, number] => [text, 'accent-wash', 4.5]),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ...['bg', 'surface', 'hover'].flatMap((ground) => BARS.map((bar): [string, string, number] => [bar, ground, 3])),
  ['control', 'bg', 3],
  ['control', 'surface', 3],
  // The focus ring, wherever it may stand.
  ...GROUNDS.map((ground): [string, string, number] => ['accent', ground, 3]),
];

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  it.each(PAIRS)('%s on %s has a contrast of at least %d', (text, ground, least) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(least);
  });
});

it('knows white on black', () => {
  expect((luminance('1 0 0') + 0.05) / (luminance('0 0 0') + 0.05)).toBeCloseTo(21, 1);
});
