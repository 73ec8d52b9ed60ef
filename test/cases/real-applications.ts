/** Applications that were written for other systems, read in place: they lie beside the repository where it is developed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text by file name; empty where the folder is absent. */
export function realApplications(root: string): Record<string, string> {
  const folder = join(root, '..', 'shared', 'cases', 'configs');
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
