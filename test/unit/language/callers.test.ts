/** Pipelines that ask who sent the request: whom they ask, and where the token is. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const AUTH = '- {name: auth, type: auth.jwt, config: {secret: "a secret that is long"}}';
const OTHER = '- {name: staff, type: auth.jwt, config: {secret: "a secret that is long"}}';
const ROUTE = 'trigger: {type: http, method: GET, path: /me}';
const who = (config = '') => `- {name: who, type: step.auth_validate, config: {${config}}}`;

async function build(steps: string, { modules = AUTH, trigger = ROUTE } = {}) {
  const source = `name: app\nmodules:\n${modules.replace(/^/gm, '  ')}\npipelines:\n  me:\n    ${trigger}\n    steps:\n${steps.replace(/^/gm, '      ')}\n`;
  const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  return { definition, errors: diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`) };
}

describe('a pipeline that asks', () => {
  it.each<[string, string, unknown]>([
    ['the only module that issues tokens, for the header', who(), { module: 'auth', token: { in: 'headers', name: 'authorization' } }],
    ['the module that is named', who('auth_module: auth'), { module: 'auth', token: { in: 'headers', name: 'authorization' } }],
    ['for another header', who('token_source: headers.X-Token'), { module: 'auth', token: { in: 'headers', name: 'x-token' } }],
    [
      'for a header at the end of a path',
      who('token_source: steps.parse.headers.Authorization'),
      { module: 'auth', token: { in: 'headers', name: 'authorization' } },
    ],
    ['for the query', who('token_source: trigger.query.token'), { module: 'auth', token: { in: 'query', name: 'token' } }],
    ['for the query in the older spelling', who('token_source: steps.parse.query_params.t'), { module: 'auth', token: { in: 'query', name: 't' } }],
    ['for the body', who('token_source: body.access_token'), { module: 'auth', token: { in: 'body', name: 'access_token' } }],
    [
      'in a block',
      '- {name: either, type: step.branch, config: {field: method, branches: {GET: [{name: who, type: step.auth_validate}]}}}',
      { module: 'auth', token: { in: 'headers', name: 'authorization' } },
    ],
    [
      'twice for the same',
      `${who()}\n- {name: out, type: step.token_revoke, config: {auth_module: auth}}`,
      { module: 'auth', token: { in: 'headers', name: 'authorization' } },
    ],
  ])('%s', async (_, steps, caller) => {
    const { definition, errors } = await build(steps);
    expect(errors).toEqual([]);
    expect(definition!.pipelines.me!.caller).toEqual(caller);
    expect(definition!.doors!.auth).toMatchObject({ type: 'auth.jwt' });
  });

  it('behind no question there is none', async () => {
    const { definition } = await build('- {name: a, type: step.set, config: {values: {}}}');
    expect(definition!.pipelines.me).not.toHaveProperty('caller');
  });

  it.each<[string, string, object, RegExp]>([
    ['where no request comes', who(), { trigger: 'trigger: {type: manual}' }, /no route leads to this pipeline/],
    ['of an event', who(), { trigger: 'trigger: {type: event, topic: t}' }, /no route leads to this pipeline/],
    ['nobody', who(), { modules: '- {name: db, type: storage.sqlite}' }, /Say with auth_module/],
    ['one of two', who(), { modules: `${AUTH}\n${OTHER}` }, /Say with auth_module/],
    ['one that is not there', who('auth_module: aut'), {}, /no module that issues tokens named "aut"/],
    [
      'one that issues none',
      who('auth_module: db'),
      { modules: `${AUTH}\n- {name: db, type: storage.sqlite}` },
      /"db" is a storage.sqlite: it offers a SQL database, not tokens/,
    ],
    [
      'two',
      `${who('auth_module: auth')}\n- {name: staff-too, type: step.auth_validate, config: {auth_module: staff}}`,
      { modules: `${AUTH}\n${OTHER}` },
      /has one caller/,
    ],
    ['in no place of a request', who('token_source: steps.login.token'), {}, /not where a request carries a token/],
    ['in a place that is none', who('token_source: "headers.{{ .x }}"'), {}, /templates are not filled in|not where/],
  ])('is refused to ask %s', async (_, steps, options, message) => {
    const { errors } = await build(steps, options);
    expect(errors.join('\n')).toMatch(message);
  });
});
