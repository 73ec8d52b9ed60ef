/** Reads a `*_test.yaml`: each test by its kind, so that a mistake is told in the words of that kind. */
import { z } from 'zod';
import { machineTest, pipelineTest, scheduleTest, testDocument, type YamlTest } from '#contracts/yaml-tests';

const KINDS = { pipeline: pipelineTest, machine: machineTest, schedule: scheduleTest } as const;

const frame = testDocument.extend({ tests: z.array(z.record(z.string(), z.unknown())).min(1) });

/** Faults are `place: what is wrong`. */
export function readTests(document: unknown): { application?: string; tests: YamlTest[] } | { faults: string[] } {
  const outer = frame.safeParse(document);
  if (!outer.success) return { faults: told(outer.error) };
  const faults: string[] = [];
  const tests: YamlTest[] = [];
  for (const [index, test] of outer.data.tests.entries()) {
    const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((key) => Object.hasOwn(test, key));
    if (kinds.length !== 1) {
      faults.push(`tests.${index}: name one of pipeline, machine and schedule${kinds.length > 1 ? `, not ${kinds.join(' and ')}` : ''}`);
      continue;
    }
    const parsed = KINDS[kinds[0]!].safeParse(test);
    if (parsed.success) tests.push(parsed.data);
    else faults.push(...told(parsed.error, `tests.${index}.`));
  }
  return faults.length > 0 ? { faults } : { tests, ...(outer.data.application === undefined ? {} : { application: outer.data.application }) };
}

function told({ issues }: z.ZodError, place = ''): string[] {
  return issues.map(({ path, message }) => `${place}${path.join('.')}: ${message}`);
}
