/** `.dev.vars`: the secrets of the local platform, made at random the first time, readable by their owner only. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const NEEDED = ['ADMIN_API_KEY', 'SESSION_SECRET', 'SECRETS_KEY'];

/** The file's values; what is missing is added. Lines of the user's own stay as they are. */
export function localSecrets(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const secrets = parse(text);
  const missing = NEEDED.filter((name) => !secrets[name]);
  if (missing.length === 0) return secrets;
  const lines = missing.map((name) => {
    secrets[name] = randomBytes(32).toString('base64url');
    return `${name}=${secrets[name]}\n`;
  });
  writeFileSync(path, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${lines.join('')}`, { mode: 0o600 });
  return secrets;
}

function parse(text) {
  const values = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match) values[match[1]] = match[2].replace(/^(["'])(.*)\1$/, '$2');
  }
  return values;
}
