import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '#contracts/problems';
import { modules } from '#modules/registry';
import { steps } from '#steps/registry';
import { editorSchema } from '#workers/editor-schema/document';
import { errorsPage, modulesPage, stepsPage } from '../../../scripts/reference/pages.ts';

describe('the pages', () => {
  it('have every step, module and error', () => {
    const [pageOfSteps, pageOfModules] = [stepsPage(), modulesPage()];
    for (const type of steps.keys()) expect(pageOfSteps).toContain(`## ${type}\n`);
    for (const type of modules.keys()) expect(pageOfModules).toContain(`## ${type}\n`);
    for (const code of Object.keys(PROBLEMS)) expect(errorsPage()).toContain(`| \`${code}\` |`);
  });

  it('are the same when they are written again', () => {
    expect([stepsPage(), modulesPage(), errorsPage(), JSON.stringify(editorSchema())]).toEqual([
      stepsPage(),
      modulesPage(),
      errorsPage(),
      JSON.stringify(editorSchema()),
    ]);
  });
});
