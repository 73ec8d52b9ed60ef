/** AWS Secrets Manager: GetSecretValue, signed by Signature Version 4. */
import { AwsV4Signer } from 'aws4fetch';
import { Problem } from '#contracts/problems';
import type { AwsSettings } from '#contracts/secret-store';
import type { HttpPort, HttpReply } from '#steps/define-step';
import { objectOf, refusedBy, type SecretStoreClient, secretOfText } from '#workers/secrets/stores/store';

const KIND = 'aws';
/** Some of its errors are a 400 and yet over when it is asked again. */
const PASSING = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'InternalServiceError',
  'InternalServiceErrorException',
  'RequestTimeoutException',
]);
/** Whoever is told this has been recognised. */
const RECOGNISED = new Set(['ResourceNotFoundException', 'AccessDeniedException']);
const PROBE = 'workflow-health-check';

export function awsStore(settings: AwsSettings, credential: string, http: () => HttpPort, now: () => number): SecretStoreClient {
  const { region, access_key_id } = settings;
  const url = `${(settings.endpoint ?? `https://secretsmanager.${region}.amazonaws.com`).replace(/\/+$/, '')}/`;

  const ask = async (id: string): Promise<{ reply: HttpReply; error?: string }> => {
    const body = JSON.stringify({ SecretId: id });
    const signed = await new AwsV4Signer({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body,
      accessKeyId: access_key_id,
      secretAccessKey: credential,
      service: 'secretsmanager',
      region,
      datetime: new Date(now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      allHeaders: true,
    }).sign();
    const reply = await http().fetch({ url, method: 'POST', headers: Object.fromEntries(signed.headers), body });
    if (reply.status === 200) return { reply };
    // `com.amazonaws.…#Name:…` in some answers, `Name` in others.
    const type = objectOf(reply).__type ?? reply.headers['x-amzn-errortype'];
    const error = typeof type === 'string' ? (/([A-Za-z]{1,80})(?::|$)/.exec(type.split('#').at(-1)!)?.[1] ?? 'unknown') : undefined;
    return { reply, ...(error === undefined ? {} : { error }) };
  };
  const refused = ({ reply, error }: { reply: HttpReply; error?: string }, asked: string) =>
    refusedBy(KIND, { status: error !== undefined && PASSING.has(error) ? 429 : reply.status }, asked, error);

  return {
    async read(path) {
      const answer = await ask(path);
      if (answer.error === 'ResourceNotFoundException') return undefined;
      if (answer.reply.status !== 200) throw refused(answer, `the secret ${path}`);
      const { SecretString: text, SecretBinary: binary } = objectOf(answer.reply);
      if (typeof text === 'string') return secretOfText(text);
      // Bytes are found as the base64 that they come in.
      if (typeof binary === 'string') return { text: binary };
      throw new Problem('secret_store_refused', `AWS Secrets Manager gave no value for ${path}.`);
    },
    async check() {
      const answer = await ask(PROBE);
      if (answer.reply.status !== 200 && !RECOGNISED.has(answer.error ?? '')) throw refused(answer, 'a question that shows the access key');
    },
  };
}
