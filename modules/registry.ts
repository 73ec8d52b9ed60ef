/** All module types, by name. Explicit, as the registry of steps is. */
import type { ModuleCatalog } from '#contracts/module';
import { actorPool, actorSystem } from '#modules/actors';
import { apiHandler } from '#modules/api-handler';
import { apiCommand, apiQuery, jsonschemaModular, openapiGenerator } from '#modules/apis';
import { authJwt } from '#modules/auth-jwt';
import { authzEnforcer } from '#modules/authz-enforcer';
import { cacheModular, nosqlMemory } from '#modules/caches';
import { dynamicComponent, processingStep } from '#modules/components';
import { dataTransformer } from '#modules/data-transformer';
import { databaseWorkflow, storageSqlite } from '#modules/databases';
import { type ModuleDefinition, moduleFactsOf } from '#modules/define-module';
import { featureflagService } from '#modules/feature-flags';
import { healthChecker } from '#modules/health-checker';
import { httpHandler } from '#modules/http-handler';
import { httpMiddlewareAuth } from '#modules/http-middleware-auth';
import {
  httpMiddlewareCors,
  httpMiddlewareLogging,
  httpMiddlewareRatelimit,
  httpMiddlewareRequestid,
  httpMiddlewareSecurityheaders,
} from '#modules/http-middlewares';
import { httpRouter } from '#modules/http-router';
import { httpServer } from '#modules/http-server';
import { messagingBroker, messagingBrokerEventbus, messagingKafka, messagingNats } from '#modules/messaging';
import { messagingHandler } from '#modules/messaging-handler';
import { metricsCollector } from '#modules/metrics-collector';
import { notificationSlack } from '#modules/notification-slack';
import { openapi } from '#modules/openapi';
import { persistenceStore } from '#modules/persistence-store';
import { eventloggerModular, licenseValidator, logCollector, observabilityOtel, platformContext, workflowRegistry } from '#modules/platform';
import { httpProxy, httpSimpleProxy, reverseproxy } from '#modules/proxies';
import { schedulerModular } from '#modules/scheduler-modular';
import { secretsAws, secretsGcp, secretsVault } from '#modules/secret-stores';
import {
  apiGateway,
  authUserStore,
  dlqService,
  eventProcessor,
  eventstoreService,
  platformProvider,
  platformResource,
  replayService,
  timelineService,
} from '#modules/services';
import { stateConnector, statemachineEngine, stateTracker } from '#modules/state-machines';
import { staticFileserver } from '#modules/static-fileserver';
import { storageArtifact, storageLocal, storageS3 } from '#modules/stores';
import { webhookSender } from '#modules/webhook-sender';

const ALL: readonly ModuleDefinition[] = [
  actorPool,
  actorSystem,
  featureflagService,
  cacheModular,
  nosqlMemory,
  storageArtifact,
  storageLocal,
  storageS3,
  dataTransformer,
  databaseWorkflow,
  eventloggerModular,
  httpHandler,
  httpRouter,
  httpServer,
  licenseValidator,
  logCollector,
  messagingBroker,
  messagingBrokerEventbus,
  messagingHandler,
  messagingKafka,
  messagingNats,
  notificationSlack,
  observabilityOtel,
  platformContext,
  schedulerModular,
  stateConnector,
  statemachineEngine,
  stateTracker,
  storageSqlite,
  webhookSender,
  workflowRegistry,
  openapi,
  persistenceStore,
  apiHandler,
  apiCommand,
  apiQuery,
  jsonschemaModular,
  openapiGenerator,
  authJwt,
  authzEnforcer,
  dynamicComponent,
  processingStep,
  healthChecker,
  httpMiddlewareAuth,
  httpMiddlewareCors,
  httpMiddlewareLogging,
  httpMiddlewareRatelimit,
  httpMiddlewareRequestid,
  httpMiddlewareSecurityheaders,
  metricsCollector,
  httpProxy,
  httpSimpleProxy,
  reverseproxy,
  secretsAws,
  secretsGcp,
  secretsVault,
  apiGateway,
  authUserStore,
  eventProcessor,
  platformResource,
  dlqService,
  eventstoreService,
  platformProvider,
  replayService,
  timelineService,
  staticFileserver,
];

export const modules: ReadonlyMap<string, ModuleDefinition> = new Map(ALL.map((module) => [module.type, module]));

export const moduleCatalog: ModuleCatalog = new Map(ALL.map((module) => [module.type, moduleFactsOf(module)]));
