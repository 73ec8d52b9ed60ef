/** What tests of the whole platform start, built once before files run side by side. */
import { buildDashboard, buildWorkers } from '../../scripts/local/build.mjs';

export default async function setup(): Promise<void> {
  await buildDashboard(console.log);
  await buildWorkers(console.log);
}
