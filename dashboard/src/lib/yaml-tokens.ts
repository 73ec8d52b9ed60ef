/** Soft colours for YAML source, line by line. A highlighter, not a parser: what it does not know stays plain. Pure. */
export interface YamlToken {
  text: string;
  kind?: 'key' | 'string' | 'number' | 'word' | 'comment';
}

const KEY = /^(\s*(?:- +)*)((?:"[^"]*"|'[^']*'|[^\s#"'{[&*!|>-][^:#]*?|-[^\s:][^:#]*?))(:)(?=\s|$)/;

export function yamlTokens(line: string): YamlToken[] {
  const tokens: YamlToken[] = [];
  let rest = line;
  const key = KEY.exec(rest);
  if (key) {
    if (key[1]) tokens.push({ text: key[1] });
    tokens.push({ text: key[2]!, kind: 'key' }, { text: key[3]! });
    rest = rest.slice(key[0].length);
  } else {
    const lead = /^\s*(?:- +)?/.exec(rest)?.[0] ?? '';
    if (lead) tokens.push({ text: lead });
    rest = rest.slice(lead.length);
  }
  const comment = commentStart(rest);
  const value = comment < 0 ? rest : rest.slice(0, comment);
  if (value) tokens.push({ text: value, kind: kindOf(value.trim()) });
  if (comment >= 0) tokens.push({ text: rest.slice(comment), kind: 'comment' });
  return tokens;
}

/** A `#` begins a comment at the start or after a space, outside quotes. */
function commentStart(text: string): number {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && (i === 0 || text[i - 1] === ' ')) return i;
  }
  return -1;
}

function kindOf(value: string): YamlToken['kind'] {
  if (value === '') return undefined;
  if (/^-?\d[\d_]*(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return 'number';
  if (/^(true|false|null|~|yes|no|on|off)$/i.test(value)) return 'word';
  if (/^[|>&*[\]{}-]/.test(value) && !value.startsWith('{{')) return undefined;
  return 'string';
}
