/** All module types, by name, room by room. Explicit, as the registry of steps is. */
import type { ModuleCatalog } from '#contracts/module';
import { cacheModular } from '#modules/data/cache-modular';
import { databaseWorkflow } from '#modules/data/database-workflow';
import { nosqlMemory } from '#modules/data/nosql-memory';
import { persistenceStore } from '#modules/data/persistence-store';
import { storageArtifact } from '#modules/data/storage-artifact';
import { storageLocal } from '#modules/data/storage-local';
import { storageS3 } from '#modules/data/storage-s3';
import { storageSqlite } from '#modules/data/storage-sqlite';
import { type ModuleDefinition, moduleFactsOf } from '#modules/define-module';
import { jsonschemaModular } from '#modules/description/jsonschema-modular';
import { openapi } from '#modules/description/openapi';
import { openapiGenerator } from '#modules/description/openapi-generator';
import { apiCommand } from '#modules/http/api-command';
import { apiGateway } from '#modules/http/api-gateway';
import { apiHandler } from '#modules/http/api-handler';
import { apiQuery } from '#modules/http/api-query';
import { httpHandler } from '#modules/http/http-handler';
import { httpMiddlewareAuth } from '#modules/http/http-middleware-auth';
import { httpMiddlewareCors } from '#modules/http/http-middleware-cors';
import { httpMiddlewareLogging } from '#modules/http/http-middleware-logging';
import { httpMiddlewareRatelimit } from '#modules/http/http-middleware-ratelimit';
import { httpMiddlewareRequestid } from '#modules/http/http-middleware-requestid';
import { httpMiddlewareSecurityheaders } from '#modules/http/http-middleware-securityheaders';
import { httpProxy } from '#modules/http/http-proxy';
import { httpRouter } from '#modules/http/http-router';
import { httpServer } from '#modules/http/http-server';
import { httpSimpleProxy } from '#modules/http/http-simple-proxy';
import { reverseproxy } from '#modules/http/reverseproxy';
import { staticFileserver } from '#modules/http/static-fileserver';
import { authJwt } from '#modules/identity/auth-jwt';
import { authUserStore } from '#modules/identity/auth-user-store';
import { authzEnforcer } from '#modules/identity/authz-enforcer';
import { eventProcessor } from '#modules/messaging/event-processor';
import { messagingBroker } from '#modules/messaging/messaging-broker';
import { messagingBrokerEventbus } from '#modules/messaging/messaging-broker-eventbus';
import { messagingHandler } from '#modules/messaging/messaging-handler';
import { messagingKafka } from '#modules/messaging/messaging-kafka';
import { messagingNats } from '#modules/messaging/messaging-nats';
import { notificationSlack } from '#modules/messaging/notification-slack';
import { webhookSender } from '#modules/messaging/webhook-sender';
import { dlqService } from '#modules/observability/dlq-service';
import { eventloggerModular } from '#modules/observability/eventlogger-modular';
import { eventstoreService } from '#modules/observability/eventstore-service';
import { healthChecker } from '#modules/observability/health-checker';
import { logCollector } from '#modules/observability/log-collector';
import { metricsCollector } from '#modules/observability/metrics-collector';
import { observabilityOtel } from '#modules/observability/observability-otel';
import { replayService } from '#modules/observability/replay-service';
import { timelineService } from '#modules/observability/timeline-service';
import { featureflagService } from '#modules/platform/featureflag-service';
import { licenseValidator } from '#modules/platform/license-validator';
import { platformContext } from '#modules/platform/platform-context';
import { platformProvider } from '#modules/platform/platform-provider';
import { platformResource } from '#modules/platform/platform-resource';
import { workflowRegistry } from '#modules/platform/workflow-registry';
import { dataTransformer } from '#modules/processing/data-transformer';
import { dynamicComponent } from '#modules/processing/dynamic-component';
import { processingStep } from '#modules/processing/processing-step';
import { schedulerModular } from '#modules/processing/scheduler-modular';
import { secretsAws } from '#modules/secrets/secrets-aws';
import { secretsGcp } from '#modules/secrets/secrets-gcp';
import { secretsVault } from '#modules/secrets/secrets-vault';
import { actorPool } from '#modules/state/actor-pool';
import { actorSystem } from '#modules/state/actor-system';
import { stateConnector } from '#modules/state/state-connector';
import { stateTracker } from '#modules/state/state-tracker';
import { statemachineEngine } from '#modules/state/statemachine-engine';

const ALL: readonly ModuleDefinition[] = [
  // http
  apiCommand,
  apiGateway,
  apiHandler,
  apiQuery,
  httpHandler,
  httpMiddlewareAuth,
  httpMiddlewareCors,
  httpMiddlewareLogging,
  httpMiddlewareRatelimit,
  httpMiddlewareRequestid,
  httpMiddlewareSecurityheaders,
  httpProxy,
  httpRouter,
  httpServer,
  httpSimpleProxy,
  reverseproxy,
  staticFileserver,
  // data
  cacheModular,
  databaseWorkflow,
  nosqlMemory,
  persistenceStore,
  storageArtifact,
  storageLocal,
  storageS3,
  storageSqlite,
  // messaging
  eventProcessor,
  messagingBrokerEventbus,
  messagingBroker,
  messagingHandler,
  messagingKafka,
  messagingNats,
  notificationSlack,
  webhookSender,
  // state
  actorPool,
  actorSystem,
  stateConnector,
  stateTracker,
  statemachineEngine,
  // processing
  dataTransformer,
  dynamicComponent,
  processingStep,
  schedulerModular,
  // description
  jsonschemaModular,
  openapiGenerator,
  openapi,
  // identity
  authJwt,
  authUserStore,
  authzEnforcer,
  // secrets
  secretsAws,
  secretsGcp,
  secretsVault,
  // observability
  dlqService,
  eventloggerModular,
  eventstoreService,
  healthChecker,
  logCollector,
  metricsCollector,
  observabilityOtel,
  replayService,
  timelineService,
  // platform
  featureflagService,
  licenseValidator,
  platformContext,
  platformProvider,
  platformResource,
  workflowRegistry,
];

export const modules: ReadonlyMap<string, ModuleDefinition> = new Map(ALL.map((module) => [module.type, module]));

export const moduleCatalog: ModuleCatalog = new Map(ALL.map((module) => [module.type, moduleFactsOf(module)]));
