/** The dialect's own step types are all there, and at least seventy in all. */
import { expect, it } from 'vitest';
import { steps } from '#steps/registry';

const DIALECT = [
  'json_response',
  'request_parse',
  'set',
  'db_exec',
  'db_query',
  'conditional',
  'jq',
  'js',
  'validate',
  'log',
  'publish',
  'http_call',
  'foreach',
  'transform',
  'parallel',
  'branch',
  'while',
  'auth_validate',
  'workflow_call',
  'statemachine_transition',
  'statemachine_get',
  'webhook_verify',
  'cache_get',
  'cache_set',
  'cache_delete',
  'delay',
  'wait_until',
  'wait_for_event',
  'approval',
  'retry_with_backoff',
  'raw_response',
  'redirect',
  'hash',
  'regex_match',
  'event_publish',
  'state_set',
  'state_get',
  'nosql_get',
  'nosql_put',
  'nosql_delete',
  'nosql_query',
  'artifact_upload',
  'artifact_download',
  'artifact_list',
  'artifact_delete',
  'feature_flag',
  'ff_gate',
  'authz_check',
  'token_revoke',
  'http_proxy',
  'circuit_breaker',
  'resilient_circuit_breaker',
  'actor_send',
  'actor_ask',
  'delegate',
];

it.each(DIALECT)('step.%s', (name) => {
  expect(steps.has(`step.${name}`)).toBe(true);
});

it('are seventy and more', () => {
  expect(steps.size).toBeGreaterThanOrEqual(70);
});
