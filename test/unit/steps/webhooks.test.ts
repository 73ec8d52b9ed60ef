import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hmacBase64, verifyWebhook, type WebhookRequest, type WebhookScheme } from '#steps/webhook-schemes';
import { fakeEffect } from './fake-effect.ts';
import { fakeScope } from './fake-scope.ts';
import { performStep } from './run-step.ts';

const NOW = Date.UTC(2026, 1, 15, 14, 30);
const T = String(NOW / 1000);
const secret = 'a shared secret';
const body = '{"amount": 10.50,  "ä": "ü"}';
const mac = (text: string, algorithm = 'sha256', key: string | Buffer = secret) => createHmac(algorithm, key).update(text);

const SIGNED: [name: string, scheme: WebhookScheme, headers: Record<string, string>, id: string][] = [
  ['github', { provider: 'github', secret }, { 'x-hub-signature-256': `sha256=${mac(body).digest('hex')}`, 'x-github-delivery': 'd-1' }, 'd-1'],
  [
    'stripe',
    { provider: 'stripe', secret },
    { 'stripe-signature': `t=${T},v1=${mac(`${T}.${body}`).digest('hex')},v0=old` },
    mac(`${T}.${body}`).digest('hex'),
  ],
  [
    'stripe, of two secrets while one is rotated',
    { provider: 'stripe', secret },
    { 'stripe-signature': `t=${T}, v1=${'0'.repeat(64)}, v1=${mac(`${T}.${body}`).digest('hex')}` },
    mac(`${T}.${body}`).digest('hex'),
  ],
  [
    'slack',
    { provider: 'slack', secret },
    { 'x-slack-request-timestamp': T, 'x-slack-signature': `v0=${mac(`v0:${T}:${body}`).digest('hex')}` },
    `v0=${mac(`v0:${T}:${body}`).digest('hex')}`,
  ],
  [
    'standard, with a secret in base64',
    { provider: 'standard', secret: `whsec_${Buffer.from('raw bytes').toString('base64')}` },
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': T,
      'webhook-signature': `v1,b3RoZXI= v1,${mac(`msg_1.${T}.${body}`, 'sha256', Buffer.from('raw bytes')).digest('base64')}`,
    },
    'msg_1',
  ],
  ['generic', { provider: 'generic', secret }, { 'x-signature': mac(body).digest('hex') }, mac(body).digest('hex')],
  [
    'generic, sha1 in base64 under a header of its own',
    { provider: 'generic', secret, header: 'X-Sig', algorithm: 'sha1', encoding: 'base64' },
    { 'x-sig': mac(body, 'sha1').digest('base64') },
    mac(body, 'sha1').digest('base64'),
  ],
  [
    'generic, with a time',
    { provider: 'generic', secret, timestamp_header: 'X-Time', algorithm: 'sha512' },
    { 'x-signature': `sha512=${mac(`${T}.${body}`, 'sha512').digest('hex')}`, 'x-time': T },
    `sha512=${mac(`${T}.${body}`, 'sha512').digest('hex')}`,
  ],
];

describe('signatures', () => {
  const verify = (scheme: WebhookScheme, request: WebhookRequest, now = NOW) => verifyWebhook(scheme, request, now);

  it.each(SIGNED)('%s: holds', async (_name, scheme, headers, id) => {
    expect(await verify(scheme, { headers, body })).toMatchObject({ valid: true, id });
  });

  it.each(SIGNED)('%s: does not hold for another body, secret or no header', async (_name, scheme, headers) => {
    expect((await verify(scheme, { headers, body: `${body} ` })).valid).toBe(false);
    expect((await verify({ ...scheme, secret: 'another' }, { headers, body })).valid).toBe(false);
    expect((await verify(scheme, { headers: {}, body })).valid).toBe(false);
    for (const name of Object.keys(headers)) {
      for (const value of ['', 'zz', '%', 'v1,', 't=,v1=', '=', 'a'.repeat(64)]) {
        if (name === 'x-github-delivery') continue;
        expect((await verify(scheme, { headers: { ...headers, [name]: value }, body })).valid, `${name}: ${value}`).toBe(false);
      }
    }
  });

  it.each(SIGNED.filter(([, scheme]) => scheme.provider !== 'github' && (scheme.provider !== 'generic' || scheme.timestamp_header)))(
    '%s: is refused once it is old, and when it comes from the future',
    async (_name, scheme, headers) => {
      for (const [now, valid] of [
        [NOW + 300_000, true],
        [NOW + 301_000, false],
        [NOW - 301_000, false],
      ] as const) {
        expect((await verify(scheme, { headers, body }, now)).valid).toBe(valid);
      }
      expect((await verify({ ...scheme, tolerance_s: 1000 }, { headers, body }, NOW + 900_000)).valid).toBe(true);
    },
  );
});

describe('one delivery has one spelling', () => {
  const hex = mac(body).digest('hex');
  const base64 = mac(body, 'sha1').digest('base64');
  const flipped = base64.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`);
  const inBase64: WebhookScheme = { provider: 'generic', secret, algorithm: 'sha1', encoding: 'base64' };
  it.each([
    ['letters of any case', { provider: 'generic', secret } as WebhookScheme, `SHA256=${hex.toUpperCase()}`, true],
    ['without padding', inBase64, base64.replace(/=+$/, ''), true],
    ['bits left over', inBase64, flipped, false],
    ['blanks inside', inBase64, `${base64.slice(0, 4)} ${base64.slice(4)}`, false],
  ])('%s', async (_name, scheme, signature, valid) => {
    expect(flipped).not.toBe(base64);
    expect((await verifyWebhook(scheme, { headers: { 'x-signature': signature }, body }, NOW)).valid).toBe(valid);
  });
  it('Slack without its version', async () => {
    const headers = { 'x-slack-request-timestamp': T, 'x-slack-signature': mac(`v0:${T}:${body}`).digest('hex') };
    expect((await verifyWebhook({ provider: 'slack', secret }, { headers, body }, NOW)).valid).toBe(false);
  });
});

describe('step.webhook_verify', () => {
  const trigger = { method: 'POST', path: '/', headers: SIGNED[0]![2], body: JSON.parse(body), raw_body: body };
  const perform = (config: object, data: object = trigger) =>
    performStep('step.webhook_verify', config as never, fakeScope({ trigger: data as never }), fakeEffect().context);

  it('takes what was signed', async () => {
    expect(await perform({ provider: 'github', secret })).toEqual({ kind: 'completed', output: { valid: true, delivery_id: 'd-1' } });
  });

  it.each([
    ['another secret', { provider: 'github', secret: 'x' }, trigger],
    ['an altered body', { provider: 'github', secret }, { ...trigger, raw_body: '{}' }],
    ['no signature', { provider: 'stripe', secret }, trigger],
  ])('refuses %s', async (_name, config, data) => {
    expect(await perform(config, data)).toMatchObject({ kind: 'failed', error: { code: 'signature_invalid' } });
  });

  it('refuses what did not come over HTTP', async () => {
    await expect(perform({ provider: 'github', secret }, { order: 1 })).rejects.toThrow(expect.objectContaining({ code: 'signature_invalid' }));
  });
});

describe('step.webhook_send', () => {
  const send = async (config: object, reply = { status: 204, headers: {}, body: '' }) => {
    const effect = fakeEffect({ reply });
    const outcome = await performStep(
      'step.webhook_send',
      { url: 'https://partner.example/hooks', ...config } as never,
      fakeScope({ flat: { order_id: 'o1', headers: {} } }),
      effect.context,
    );
    return { outcome, request: effect.requests[0]! };
  };

  it('is signed so that the receiver can check it, and the same on every attempt', async () => {
    const { outcome, request } = await send({ secret, event: 'order.shipped', payload: { order_id: 'o1' } });
    expect(JSON.parse(request.body!)).toEqual({ type: 'order.shipped', timestamp: '2026-02-15T14:30:00.000Z', data: { order_id: 'o1' } });
    expect(await verifyWebhook({ provider: 'standard', secret }, { headers: request.headers, body: request.body! }, NOW)).toMatchObject({ valid: true });
    expect(outcome).toMatchObject({ output: { delivered: true, status_code: 204, webhook_id: request.headers['webhook-id'] } });
    expect((await send({ secret })).request.headers['webhook-id']).toBe(request.headers['webhook-id']);
  });

  it('goes out unsigned without a secret, with the fields of the context', async () => {
    const { request } = await send({});
    expect(request.headers['webhook-signature']).toBeUndefined();
    expect(JSON.parse(request.body!)).toMatchObject({ order_id: 'o1' });
  });

  it.each([
    [503, true],
    [410, false],
  ])('fails with %i', async (status, retryable) => {
    await expect(send({}, { status, headers: {}, body: 'no' })).rejects.toThrow(
      expect.objectContaining({ code: 'upstream_status', extra: expect.objectContaining({ status, retryable }) }),
    );
  });

  it('uses the key of whsec_ as bytes', async () => {
    const { request } = await send({ secret: `whsec_${btoa('raw')}` });
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
    expect(signature).toBe(`v1,${await hmacBase64('sha256', new TextEncoder().encode('raw'), `${id}.${time}.${request.body}`)}`);
  });
});
