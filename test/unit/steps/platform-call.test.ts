// biome-ignore-all lint/suspicious/noTemplateCurlyInString: secrets, as a document names them
import { describe, expect, it } from 'vitest';
import type { HttpReply, PlatformPort } from '#steps/define-step';
import { fakeEffect } from './fake-effect.ts';
import { fakeScope } from './fake-scope.ts';
import { inputOf, issuesOf, performStep } from './run-step.ts';

const TYPE = 'step.platform_call';
const credential = '${DEPLOY_KEY}';
const promote = { operation: 'POST /deployments/{deployment}/promote', params: { deployment: 'dep_1' }, body: { to: 'production' }, credential };

describe('settings', () => {
  it.each([
    [promote, []],
    [{ ...promote, operation: 'post_deployments_deployment_promote' }, []],
    [{ ...promote, operation: 'POST /deployments/{deployment}/promot' }, ['operation']],
    [{ ...promote, params: {} }, ['params']],
    [{ ...promote, params: { deployment: 'dep_1', to: 'x' } }, ['params.to']],
    [{ ...promote, body_from: 'trigger.body' }, ['body_from']],
    // What takes or answers a credential, is somebody's own account, needs the operator, or never ends.
    [{ operation: 'POST /api-keys', credential }, ['operation']],
    [{ operation: 'PUT /secrets/{name}', params: { name: 'a' }, credential }, ['operation']],
    [{ operation: 'POST /auth/login', credential }, ['operation']],
    [{ operation: 'GET /auth/me', credential }, ['operation']],
    [{ operation: 'POST /companies', credential }, ['operation']],
    [{ operation: 'GET /executions/live', credential }, ['operation']],
  ])('%j', (config, paths) => {
    expect(issuesOf(TYPE, config).map((issue) => issue.split(': ')[0])).toEqual(paths);
  });

  it('keep the name of the secret, and leave out what is empty', () => {
    const scope = fakeScope({ trigger: { body: { workflow: 'orders' } } });
    expect(inputOf(TYPE, { operation: 'get_executions', query: { limit: 5, status: '' }, credential }, scope)).toEqual({
      operation: 'GET /executions',
      params: {},
      query: { limit: '5' },
      credential,
    });
    expect(inputOf(TYPE, { operation: 'POST /executions', body_from: 'trigger.body', credential }, scope)).toMatchObject({ body: { workflow: 'orders' } });
  });
});

describe('answers', () => {
  const answered = (reply: HttpReply, more: object = {}) => {
    const asked: unknown[] = [];
    const platform: PlatformPort = {
      async call(order) {
        asked.push(order);
        return reply;
      },
    };
    return performStep(TYPE, { ...promote, ...more }, fakeScope({}), fakeEffect({ context: { platform } }).context).then((outcome) => ({ outcome, asked }));
  };
  const json = (status: number, body: unknown): HttpReply => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('are the output', async () => {
    const { outcome, asked } = await answered(json(200, { id: 'dep_2' }));
    expect(outcome).toMatchObject({ kind: 'completed', output: { id: 'dep_2' }, response: { status_code: 200 } });
    expect(asked).toEqual([{ operation: promote.operation, params: { deployment: 'dep_1' }, query: {}, body: { to: 'production' }, credential }]);
    expect((await answered(json(200, [1]))).outcome).toMatchObject({ output: { body: [1] } });
    expect((await answered({ status: 204, headers: {}, body: '' })).outcome).toMatchObject({ output: { body: null } });
  });

  it('that refuse keep their code, and what is worth another attempt', async () => {
    const refused = json(404, { code: 'unknown_deployment', detail: 'There is no deployment dep_1.', errors: [{ code: 'x', message: 'y' }] });
    expect((await answered(refused)).outcome).toEqual({
      kind: 'failed',
      error: {
        code: 'unknown_deployment',
        message: 'POST /deployments/{deployment}/promote: There is no deployment dep_1.',
        status: 404,
        retryable: false,
        details: [{ code: 'x', message: 'y' }],
      },
    });
    expect((await answered(json(503, { code: 'region_unavailable' }))).outcome).toMatchObject({ error: { code: 'region_unavailable', retryable: true } });
    expect((await answered({ status: 500, headers: {}, body: 'no' })).outcome).toMatchObject({ error: { code: 'upstream_status', status: 500 } });
  });

  it('that are expected are outputs, whatever they say', async () => {
    const refused = json(409, { code: 'name_taken' });
    for (const expected_status of ['any', [409]]) {
      expect((await answered(refused, { expected_status })).outcome).toMatchObject({ output: { code: 'name_taken' }, response: { status_code: 409 } });
    }
    expect((await answered(refused, { expected_status: [200] })).outcome).toMatchObject({ kind: 'failed' });
  });
});
