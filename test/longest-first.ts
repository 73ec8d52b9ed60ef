/**
 * The order of test files: the longest first, so that at the end no core waits for the other. How long each took is known only where
 * the suite has run before; on a fresh clone the size of a file says little, so the longest are named here.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST = [
  'workerd/recovery',
  'workerd/tenant-export',
  'workerd/cases',
  'workerd/authorization',
  'workerd/retention',
  'workerd/state-machine',
  'e2e/kills',
  'e2e/moving',
  'e2e/collectors',
  'e2e/third-region',
  'e2e/regions',
  'e2e/local-platform',
  'e2e/saga-recovery',
  'browser/pages/accessible-wide-pages',
  'browser/pages/accessible-narrow-pages',
  'browser/pages/extreme-pages',
  'browser/built',
  'browser/pages/dashboard-pages',
  'browser/pages/execution-pages',
  'browser/pages/regions-pages',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const place = (file: TestSpecification) => projects.indexOf(file.project.name) * 2 * LONGEST.length + rank(file.moduleId);
    return sorted.toSorted((left, right) => place(left) - place(right));
  }
}

function rank(path: string): number {
  const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return at === -1 ? LONGEST.length : at;
}
