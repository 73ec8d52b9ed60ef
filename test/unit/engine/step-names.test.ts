import { describe, expect, it } from 'vitest';
import { meansStep, namesOf, nodesByPath } from '#engine/step-names';
import { compile } from '#language/compile';
import { moduleCatalog as modules } from '#modules/registry';
import { stepCatalog as steps } from '#steps/registry';

describe('names of a step', () => {
  it.each([
    ['charge', ['charge']],
    ['fan/a', ['fan/a', 'a']],
    ['fan/left/charge', ['fan/left/charge', 'charge']],
    ['fan#2/left/charge', ['fan#2/left/charge', 'fan/left/charge', 'charge']],
    ['each/3/charge', ['each/3/charge', 'each/charge', 'charge']],
    ['each/3/fan/left/charge', ['each/3/fan/left/charge', 'each/fan/left/charge', 'charge']],
  ])('%s', (run, names) => {
    expect(namesOf(run)).toEqual(names);
    for (const name of names) expect(meansStep(name, run)).toBe(true);
    for (const other of ['refund', 'fan', 'each', 'each/4/charge', 'a/charge', ''])
      if (!names.includes(other)) expect(meansStep(other, run), other).toBe(false);
  });

  it('are those of the definition', async () => {
    const set = (name: string) => `{ name: ${name}, type: step.set, config: { values: { a: 1 } } }`;
    const { definition, diagnostics } = await compile(
      `name: x
pipelines:
  p:
    trigger: { type: manual }
    steps:
      - ${set('first')}
      - name: fan
        type: step.parallel
        config:
          branches:
            left: [${set('a')}, ${set('b')}]
            right: [${set('c')}, ${set('d')}]
      - name: each
        type: step.foreach
        config:
          collection: items
          steps:
            - ${set('r')}
`,
      { steps, modules },
    );
    expect(diagnostics).toEqual([]);
    expect([...nodesByPath(definition!.pipelines.p!).keys()]).toEqual([
      'first',
      'fan',
      'fan/left/a',
      'fan/left/b',
      'fan/right/c',
      'fan/right/d',
      'each',
      'each/r',
    ]);
  });
});
