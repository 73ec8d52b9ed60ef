/** What is said of the meaning of applications that were written for other systems: nothing that is not so. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '#contracts/diagnostics';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { realApplications } from '../../cases/real-applications.ts';

const SOURCES = Object.entries(realApplications(join(import.meta.dirname, '../../..')));

/** They hold a key in plain text, indeed. */
const PLAIN_SECRETS: { [file: string]: number } = {
  'multi-workflow-config.yaml': 1,
  'simple-workflow-config.yaml': 1,
  'trigger-workflow-example.yaml': 1,
};
const OF_THE_MEANING: readonly DiagnosticCode[] = [
  'unknown_step',
  'step_not_run',
  'unknown_target',
  'unreachable_step',
  'plain_secret',
  'unknown_name',
  'endless_circle',
];

describe.skipIf(SOURCES.length === 0)('real applications', () => {
  it.each(SOURCES)('%s', async (file, source) => {
    const { diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
    const found = diagnostics.filter(({ code }) => OF_THE_MEANING.includes(code)).map(({ code }) => code);
    expect(found).toEqual(Array.from({ length: PLAIN_SECRETS[file] ?? 0 }, () => 'plain_secret'));
    for (const { hint, line } of diagnostics) expect([hint, line]).toEqual([expect.stringMatching(/^\S.*[.?]$/s), expect.any(Number)]);
  });
});
