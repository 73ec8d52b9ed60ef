/** Triggers of the type webhook: route, signature, deliveries that count once. */
import { expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const secret = ['$', '{HOOK_SECRET}'].join('');
const build = (trigger: string) =>
  compile(`name: app\npipelines:\n  hook:\n    trigger: ${trigger}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n`, {
    steps: stepCatalog,
    modules: moduleCatalog,
  });

it.each([
  [
    'github',
    `{type: webhook, path: /hooks, provider: github, secret: "${secret}"}`,
    { provider: 'github', secret },
    '{{ coalesce (index .trigger.headers "x-github-delivery") (index .trigger.headers "x-hub-signature-256" | lower) }}',
  ],
  [
    'stripe',
    `{type: webhook, config: {path: /hooks, provider: stripe, secret: "${secret}", tolerance: 1m}}`,
    { provider: 'stripe', secret, tolerance: '1m' },
    '{{ coalesce .trigger.body.id (index .trigger.headers "stripe-signature") }}',
  ],
  [
    'slack',
    `{type: webhook, path: /hooks, provider: slack, secret: "${secret}"}`,
    { provider: 'slack', secret },
    '{{ index .trigger.headers "x-slack-signature" | lower }}',
  ],
  [
    'generic',
    `{type: webhook, path: /hooks, secret: "${secret}", signature_header: X-Sig, timestamp_header: X-Time}`,
    { secret, header: 'X-Sig', timestamp_header: 'X-Time' },
    '{{ index .trigger.headers "x-sig" | lower | trimPrefix "sha256=" }}',
  ],
])('%s', async (_, trigger, config, key) => {
  const { definition, diagnostics } = await build(trigger);
  expect(diagnostics).toEqual([]);
  expect(definition!.routes).toEqual([{ method: 'POST', path: '/hooks', pipeline: 'hook' }]);
  const pipeline = definition!.pipelines.hook!;
  expect(pipeline.nodes.map((node) => node.type)).toEqual(['step.webhook_verify', 'step.set']);
  expect(pipeline.nodes[0]).toMatchObject({ config });
  expect(pipeline.webhook).toEqual(config);
  expect(pipeline.raw_body).toBe(true);
  expect(pipeline.idempotency?.key_template).toBe(key);
});

it.each([
  ['its signature', '', '{{ index .trigger.headers "x-signature" | lower | trimPrefix "sha256=" }}'],
  [
    'its signature in base64',
    ', encoding: base64',
    '{{ index .trigger.headers "x-signature" | trimPrefix "sha256=" | replace "-" "+" | replace "_" "/" | replace "=" "" }}',
  ],
  [
    'what the sender calls it',
    ', delivery_header: X-Delivery',
    '{{ coalesce (index .trigger.headers "x-delivery") (index .trigger.headers "x-signature" | lower | trimPrefix "sha256=") }}',
  ],
])('generic without a time: a delivery is known by %s, and it is said for how long', async (_, more, key) => {
  const { definition, diagnostics } = await build(`{type: webhook, path: /hooks, secret: "${secret}"${more}}`);
  expect(definition!.pipelines.hook!.idempotency).toEqual({ key_template: key, ttl_ms: 86_400_000 });
  expect(diagnostics).toMatchObject([{ code: 'no_replay_window', severity: 'warning', line: 4, message: expect.stringContaining('24 hours') }]);
  expect(diagnostics[0]!.hint).toContain('timestamp_header: X-Timestamp');
});

it('without a secret it is said that everybody may send', async () => {
  const { definition, diagnostics } = await build('{type: webhook, path: /hooks}');
  expect(definition!.pipelines.hook!.nodes).toHaveLength(1);
  expect(diagnostics).toMatchObject([{ code: 'no_effect_here', severity: 'warning' }]);
});

it('without a path it is refused', async () => {
  expect((await build(`{type: webhook, provider: github, secret: "${secret}"}`)).diagnostics).toMatchObject([{ code: 'missing_key', severity: 'error' }]);
});

it('names the steps as they are written, behind the one that checks the signature', async () => {
  const trigger = `{type: webhook, path: /hooks, provider: github, secret: "${secret}"}`;
  const steps = '[{name: a, type: step.set, config: {values: {}}}, {name: b, type: step.sett}, {name: c, type: step.set, config: {valus: {}}}]';
  const source = `name: app\npipelines:\n  hook:\n    trigger: ${trigger}\n    steps: ${steps}\n`;
  const { diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([
    ['unknown_step_type', 'pipelines.hook.steps[1].type'],
    ['unknown_key', 'pipelines.hook.steps[2].config.valus'],
  ]);
});
