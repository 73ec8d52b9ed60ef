/** What tests of the whole platform start, built once before files run side by side; their state and the browser's lie in memory. */
import { buildDashboard, buildWorkers } from '../../scripts/local/build.mjs';
import { storageInMemory } from './in-memory.ts';

export default async function setup(): Promise<() => void> {
  await buildDashboard(console.log);
  await buildWorkers(console.log);
  return storageInMemory();
}
