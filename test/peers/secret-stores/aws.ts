/** AWS Secrets Manager: GetSecretValue, for whoever signs as Signature Version 4 wants it. The signature is computed anew here. */
import { createHash, createHmac } from 'node:crypto';
import type { AwsSettings } from '#contracts/secret-store';
import { StandIn } from './server.ts';

const REGION = 'eu-central-1';
const SERVICE = 'secretsmanager';

export class AwsStandIn extends StandIn {
  readonly settings: AwsSettings;
  readonly credential = 'wJalrXUtnFEMI/stand-in/bPxRfiCY+key';

  constructor(address: string, now: () => number) {
    super(address, now);
    this.settings = { kind: 'aws', region: REGION, access_key_id: 'AKIAIOSFODNN7STANDIN', endpoint: address };
  }

  /** Nothing is lent. */
  forget(): void {}

  protected async serve(request: Request, url: URL): Promise<Response> {
    const body = await request.text();
    const fault = this.#fault(request, url, body);
    if (fault) return error(fault);
    if (request.headers.get('x-amz-target') !== 'secretsmanager.GetSecretValue') return error('UnknownOperationException');
    const { SecretId: id } = JSON.parse(body) as { SecretId: string };
    const value = this.secrets.get(id);
    if (value === undefined) return error('ResourceNotFoundException');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return Response.json({
      ARN: `arn:aws:secretsmanager:${REGION}:1:secret:${id}`,
      Name: id,
      SecretString: text,
      VersionId: 'v1',
      VersionStages: ['AWSCURRENT'],
    });
  }

  /** By the published description of Signature Version 4. */
  #fault(request: Request, url: URL, body: string): string | undefined {
    const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.get('authorization') ?? '',
    );
    if (!match) return 'MissingAuthenticationTokenException';
    const [, id, day, region, service, names, signature] = match as unknown as [string, string, string, string, string, string, string];
    if (id !== this.settings.access_key_id) return 'UnrecognizedClientException';
    const at = request.headers.get('x-amz-date') ?? '';
    const moment = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (!at.startsWith(day) || region !== REGION || service !== SERVICE || Math.abs(moment - this.now()) > 300_000) return 'InvalidSignatureException';
    const signed = names.split(';');
    for (const name of ['host', 'x-amz-date', 'x-amz-target']) if (!signed.includes(name)) return 'IncompleteSignatureException';
    const headers = signed.map((name) => `${name}:${name === 'host' ? url.host : (request.headers.get(name) ?? '').trim()}\n`).join('');
    const canonical = [request.method, url.pathname, url.searchParams.toString(), headers, names, sha256(body)].join('\n');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const key = [day, region, service, 'aws4_request'].reduce<Buffer>((last, part) => hmac(last, part), Buffer.from(`AWS4${this.credential}`));
    return hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex') === signature ? undefined : 'InvalidSignatureException';
  }
}

function error(type: string): Response {
  return new Response(JSON.stringify({ __type: type, Message: 'of the stand-in' }), { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' } });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
