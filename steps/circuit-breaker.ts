/**
 * A gate in front of a service: it lets the pipeline on while the service's circuit breaker is not open. The calls behind it
 * that have no breaker of their own count for this one.
 */
import { z } from 'zod';
import { errorInfo } from '#contracts/problems';
import { breakerName, breakerSettings } from '#steps/breaker-settings';
import { defineStep } from '#steps/define-step';

interface Input {
  service: string;
}

export const circuitBreaker = defineStep({
  type: 'step.circuit_breaker',
  summary: 'Puts the HTTP calls behind it under the circuit breaker of a service, and fails at once while that is open.',
  guards: 'after',
  pure: false,
  idempotent: true,
  config: z
    .strictObject({
      ...breakerSettings,
      service_name: breakerName.optional().describe('The breaker: the host of a service, or a name for it.'),
    })
    .refine((c) => (c.service_name === undefined) !== (c.name === undefined), { message: 'service_name says which breaker', path: ['service_name'] }),
  example: `
name: payments-are-up
type: step.circuit_breaker
config:
  service_name: payments
  failure_threshold: 5
  timeout: 30s
`,
  output: '{circuit_breaker: {service, state, allowed}}; `state` is closed or half_open. It fails with circuit_open while the breaker is open.',
  prepare: ({ service_name, name }) => ({ service: (service_name ?? name)! }),
  async perform({ service }: Input, context) {
    const { status, until } = await context.breakers.look(service);
    const now = context.now();
    if (status === 'open' && (until === null || until > now)) {
      const wait = until === null ? {} : { retry_after_ms: until - now };
      const message = `The circuit breaker ${service} is open: calls kept failing, so none is made for now.`;
      return { kind: 'failed', error: errorInfo('circuit_open', message, { ...wait, details: { circuit_breaker: service } }) };
    }
    return { kind: 'completed', output: { circuit_breaker: { service, state: status === 'open' ? 'half_open' : status, allowed: true } } };
  },
});
