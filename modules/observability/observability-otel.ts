/** Traces of executions, sent on to a collector. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  endpoint: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Collector that spans are sent to, as OTLP over HTTP: https://collector.example.com:4318. Without a path it is /v1/traces. Without an endpoint nothing is sent.',
    ),
  headers: z.record(z.string(), z.string()).default({}).describe(`Headers of each request. Secrets belong here as \${NAME}.`),
  serviceName: z.string().min(1).max(200).optional().describe('Name of the service in the traces. Default: the name of the application.'),
  sampleRate: z.number().min(0).max(1).default(1).describe('Share of the traces that are sent, chosen by their id: 0.1 is a tenth.'),
  description: z.string().optional().describe('What it is for.'),
});

export const observabilityOtel = defineModule({
  type: 'observability.otel',
  summary:
    'Traces. Every execution belongs to a W3C trace, taken over from the caller and sent on with each call; once it has ended its spans go to a collector (OpenTelemetry, OTLP over HTTP), again until the collector has taken them.',
  config,
  ports: { offers: ['traces'] },
  observes(settings, name) {
    const { endpoint, headers, serviceName, sampleRate } = settings as z.output<typeof config>;
    return endpoint === undefined ? {} : { traces: { endpoint: addressOf(endpoint), headers, service: serviceName ?? name, sample: sampleRate } };
  },
  example: `
name: tracing
type: observability.otel
config:
  endpoint: https://collector.example.com:4318
  headers: {Authorization: "Bearer \${OTEL_TOKEN}"}
  serviceName: orders
  sampleRate: 0.1
`,
});

/** `localhost:4318` is what other systems write. What has another scheme keeps it, and is refused by its own name when it is called. */
function addressOf(endpoint: string): string {
  const [, scheme, host, path = ''] = /^([a-z][a-z\d+.-]*:\/\/)?([^/]*)(\/.*)?$/i.exec(endpoint) ?? [];
  if (host === undefined || endpoint.startsWith('$')) return endpoint;
  const assumed = /^(?:localhost|127\.)/.test(host) ? 'http://' : 'https://';
  return `${scheme ?? assumed}${host}${path === '' || path === '/' ? '/v1/traces' : path}`;
}
