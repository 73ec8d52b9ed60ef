/** The dialect's own module types are all there, each with a summary and an example, and at least sixty-five in all. */
import { expect, it } from 'vitest';
import { modules } from '#modules/registry';

const DIALECT = `
http.server http.router http.handler http.middleware.auth http.middleware.cors http.middleware.requestid http.middleware.ratelimit
http.middleware.logging http.middleware.securityheaders api.handler static.fileserver auth.jwt storage.sqlite database.workflow
persistence.store nosql.memory cache.modular storage.s3 storage.artifact storage.local messaging.broker messaging.broker.eventbus
messaging.handler messaging.kafka messaging.nats processing.step data.transformer statemachine.engine state.tracker state.connector
scheduler.modular webhook.sender notification.slack metrics.collector health.checker log.collector openapi openapi.generator
jsonschema.modular eventlogger.modular featureflag.service secrets.vault secrets.aws workflow.registry actor.system actor.pool
dynamic.component observability.otel reverseproxy http.simple_proxy authz.enforcer platform.context license.validator api.command
`
  .trim()
  .split(/\s+/);

it.each(DIALECT)('%s', (type) => {
  expect(modules.get(type)).toMatchObject({ type, summary: expect.stringMatching(/\w/), example: expect.stringContaining(type) });
});

it('are sixty-five and more', () => {
  expect(modules.size).toBeGreaterThanOrEqual(65);
});
