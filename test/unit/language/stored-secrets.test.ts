/** Secrets that a document names in a store: `${vault:path#field}`, and the modules that open one. */
import { describe, expect, it } from 'vitest';
import { isSecretName, secretNamesIn, storedSecretName } from '#contracts/secret-name';
import { compile } from '#language/compile';
import { dollarKind } from '#language/templates/lexer';
import { moduleCatalog as modules } from '#modules/registry';
import { stepCatalog as steps } from '#steps/registry';

describe('a name', () => {
  it.each<[string, ReturnType<typeof storedSecretName>]>([
    ['vault:payments/stripe#key', { store: 'vault', path: 'payments/stripe', field: 'key' }],
    ['aws-eu:prod_db', { store: 'aws-eu', path: 'prod_db' }],
    ['my.vault:a/b@1+c=d#e.f-g', { store: 'my.vault', path: 'a/b@1+c=d', field: 'e.f-g' }],
    ['STRIPE_KEY', undefined],
  ])('%s', (name, expected) => {
    expect(isSecretName(name)).toBe(true);
    expect(storedSecretName(name)).toEqual(expected);
    expect(dollarKind(name)).toBe('secret');
  });

  it.each([
    'X:-default',
    'X:=default',
    'X:?message',
    'X:+other',
    'X:0:3',
    'X:0',
    'a b:c',
    'vault:',
    ':a',
    'vault:a#',
    'vault:a#b c',
    'vault:a:b',
    'vault:"a"',
    'v:a{b',
  ])('is not what programs write the same way: %s', (text) => {
    expect(isSecretName(text)).toBe(false);
    expect(storedSecretName(text)).toBeUndefined();
    expect(dollarKind(text)).toBe('text');
    expect(secretNamesIn(`x \${${text}} y`)).toEqual([]);
  });

  it('is found in a text, with its place', () => {
    expect(secretNamesIn('Bearer ${vault:a/b#c} and ${KEY}')).toEqual([
      { name: 'vault:a/b#c', start: 7 },
      { name: 'KEY', start: 26 },
    ]);
  });
});

const build = (config: string, type = 'secrets.vault') =>
  compile(
    `name: a\nmodules:\n  - name: there\n    type: ${type}\n    config: ${config}\npipelines:\n  p:\n    trigger: { type: manual }\n    steps: [{ name: s, type: step.log, config: { message: hi } }]\n`,
    {
      steps,
      modules,
    },
  );

describe('a module', () => {
  it.each<[string, string, string, object]>([
    [
      'Vault, by AppRole',
      'secrets.vault',
      '{ address: "https://v.example", roleId: "${ROLE}", secretId: "${SECRET_ID}", mountPath: kv, namespace: a, search: apps }',
      {
        settings: { kind: 'vault', address: 'https://v.example', mount: 'kv', namespace: 'a', search: 'apps', auth: { method: 'approle', role_id: '${ROLE}' } },
        credential: '${SECRET_ID}',
      },
    ],
    [
      'Vault, by token',
      'secrets.vault',
      '{ address: "https://v.example", token: "${TOKEN}" }',
      { settings: { kind: 'vault', address: 'https://v.example', auth: { method: 'token' } }, credential: '${TOKEN}' },
    ],
    [
      'AWS',
      'secrets.aws',
      '{ region: eu-central-1, accessKeyId: "${ID}", secretAccessKey: "${KEY}" }',
      { settings: { kind: 'aws', region: 'eu-central-1', access_key_id: '${ID}' }, credential: '${KEY}' },
    ],
    ['Google', 'secrets.gcp', '{ project: acme, credentials: "${SA}" }', { settings: { kind: 'gcp', project: 'acme' }, credential: '${SA}' }],
  ])('opens a store: %s', async (_name, type, config, expected) => {
    const { definition, diagnostics } = await build(config, type);
    expect(diagnostics).toEqual([]);
    expect(definition?.secret_stores).toEqual({ there: expected });
  });

  it.each([
    ['secrets.vault', '{ address: "https://v.example" }'],
    ['secrets.aws', '{ region: eu-central-1 }'],
    ['secrets.gcp', '{ project: acme }'],
  ])('says that it is not enough to ask anybody: %s', async (type, config) => {
    const { definition, diagnostics } = await build(config, type);
    expect(definition?.secret_stores).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'no_effect_here', severity: 'warning', message: expect.stringContaining('it needs') }]);
  });

  it('says that a credential stands there in plain text', async () => {
    const { diagnostics } = await build('{ address: "https://v.example", token: hvs.abcdef }');
    expect(diagnostics.map(({ code }) => code)).toEqual(['plain_secret']);
  });
});
