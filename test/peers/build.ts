/** What tests of the whole platform start, built once before files run side by side. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard, buildWorkers } from '../../scripts/local/build.mjs';

export default async function setup(): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '../../dashboard/dist'))) await buildDashboard(console.log);
  await buildWorkers(console.log);
}
