/** Settings that a circuit breaker has wherever it stands. */
import { z } from 'zod';
import { BREAKER_NAME } from '#contracts/breaker';
import { duration } from '#steps/config-schemas';

const threshold = z.number().int().min(1).max(1000);
export const breakerName = z.string().regex(BREAKER_NAME, 'a host, or a name');

export const breakerSettings = {
  failure_threshold: threshold.optional().describe('So many failures in a row open it. Default: 5.'),
  success_threshold: threshold.optional().describe('So many successes in a row close it again. Default: 3.'),
  timeout: duration.optional().describe('From the opening to the first call that tries again. Default: 30s.'),
  reset_timeout: duration.optional().describe('Another spelling of timeout.'),
  name: breakerName.optional().describe('Another spelling of service_name.'),
};
