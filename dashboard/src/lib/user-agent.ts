/** Browsers and programs in words, from what they say of themselves. Pure. */

/** The first that fits: most browsers also name those that they want to be taken for. */
const BROWSERS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\bVivaldi\/(\d+)/, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(?:intosh| OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Programs whose own name for themselves is nobody's word for them. */
const PROGRAMS: Readonly<Record<string, string>> = { node: 'Node.js', undici: 'Node.js', 'Go-http-client': 'A Go program' };

/** `Chrome 142 on Linux`, `curl 8.5.0`; empty where nothing is said, and as it is where nothing of it is known. */
export function agentWords(userAgent: string): string {
  const system = SYSTEMS.find(([mark]) => mark.test(userAgent))?.[1];
  for (const [mark, name] of BROWSERS) {
    const version = mark.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
  }
  const program = /^([\w.-]+)(?:\/(\d[\w.-]*))?(?:\s|$)/.exec(userAgent);
  if (!program || program[1] === 'Mozilla') return system === undefined ? userAgent : `A browser on ${system}`;
  const known = PROGRAMS[program[1]!];
  return known ?? [program[1], program[2]].filter(Boolean).join(' ');
}
