import { describe, expect, it } from 'vitest';
import { type FlagRules, flagVerdict } from '#contracts/flag';
import type { ConditionalNode } from '#contracts/graph';
import { compile } from '#language/compile';
import { createEvaluator } from '#language/evaluator';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';

const RULES: FlagRules = {
  on: { enabled: true },
  off: { enabled: false, users: ['kim'], percentage: 100 },
  some: { enabled: true, users: ['kim'] },
  half: { enabled: true, percentage: 50 },
  all: { enabled: true, percentage: 100 },
  none: { enabled: true, percentage: 0, users: ['kim'] },
  colour: { enabled: true, value: 'green', off: 'grey' },
};

describe('a feature flag', () => {
  it.each<[string, string | undefined, boolean, string]>([
    ['on', undefined, true, 'on'],
    ['off', 'kim', false, 'off'],
    ['some', 'kim', true, 'user'],
    ['some', 'lee', false, 'user'],
    ['half', undefined, false, 'no_user'],
    ['all', undefined, true, 'no_user'],
    ['all', 'lee', true, 'percentage'],
    ['none', 'lee', false, 'percentage'],
    ['none', 'kim', true, 'user'],
    ['nothing', 'kim', false, 'unknown_flag'],
    ['constructor', 'kim', false, 'unknown_flag'],
  ])('%s for %s', (flag, user, enabled, reason) => {
    expect(flagVerdict(RULES, flag, user)).toMatchObject({ enabled, reason });
  });

  it('stands for its values', () => {
    expect(flagVerdict(RULES, 'colour', undefined).value).toBe('green');
    expect(flagVerdict({ colour: { ...RULES.colour!, enabled: false } }, 'colour', undefined).value).toBe('grey');
  });

  it('is spread evenly, and the same for the same user', () => {
    const users = Array.from({ length: 4000 }, (_, n) => `user-${n}`);
    const have = users.filter((user) => flagVerdict(RULES, 'half', user).enabled);
    expect(have.length).toBeGreaterThan(1800);
    expect(have.length).toBeLessThan(2200);
    expect(users.filter((user) => flagVerdict(RULES, 'half', user).enabled)).toEqual(have);
    // Another flag asks others.
    const other = users.filter((user) => flagVerdict({ other: RULES.half! }, 'other', user).enabled);
    expect(other.filter((user) => have.includes(user)).length).toBeLessThan(1200);
  });
});

const DOCUMENT = `
name: shop
modules:
  - name: flags
    type: featureflag.service
    config:
      flags: {plain: true, premium: {users: [kim]}}
pipelines:
  gated:
    steps:
      - {name: ask, type: step.feature_flag, config: {flag: premium, user_from: "{{ .user }}", output_key: premium}}
      - {name: gate, type: step.ff_gate, config: {flag: "{{ .flag }}", user_from: "{{ .user }}", on_enabled: yes-step, on_disabled: no-step}}
      - {name: yes-step, type: step.set, config: {values: {tier: premium}}}
      - {name: no-step, type: step.set, config: {values: {tier: standard}}}
`;

describe('in a pipeline', () => {
  const compiled = (source: string) => compile(source, { steps: stepCatalog, modules: moduleCatalog });

  it('is declared by its module, asked by a step, and chooses the next one', async () => {
    const { definition, diagnostics } = await compiled(DOCUMENT);
    expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
    expect(definition!.flags).toEqual({ plain: { enabled: true }, premium: { enabled: true, users: ['kim'] } });
    const pipeline = definition!.pipelines.gated!;
    const evaluator = createEvaluator(steps, stepCatalog);
    const frame = (user: string, flag = 'premium') => ({
      definition: definition!,
      pipeline,
      now: 0,
      context: { trigger: {}, steps: {}, meta: {}, user, flag },
    });
    const gate = pipeline.nodes[1] as ConditionalNode;
    expect(evaluator.route(gate, frame('kim'))).toMatchObject({ kind: 'routed', route: 'true', target: 2 });
    expect(evaluator.route(gate, frame('lee'))).toMatchObject({ kind: 'routed', route: 'false', target: 3 });
    expect(evaluator.route(gate, frame('lee', 'plain'))).toMatchObject({ route: 'true' });
    expect(evaluator.run('step.feature_flag', { flag: 'premium', user: 'kim', output_key: 'premium' }, frame('kim'))).toMatchObject({
      kind: 'completed',
      output: { enabled: true, reason: 'user', premium: { enabled: true } },
    });
  });

  it.each([
    ['a step that is not there', 'on_enabled: yes-step', 'on_enabled: yes-stepp', 'unknown_target'],
    ['a gate without a flag', 'flag: "{{ .flag }}", ', '', 'missing_key'],
    ['an unknown setting', 'on_disabled', 'on_disable', 'unknown_key'],
  ])('says of %s where it is', async (_name, from, to, code) => {
    const { diagnostics } = await compiled(DOCUMENT.replace(from, to));
    expect(diagnostics.filter((each) => each.severity === 'error').map((each) => each.code)).toContain(code);
  });
});
