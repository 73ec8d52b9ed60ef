/** All module types, by name. Explicit, as the registry of steps is. */
import type { ModuleCatalog } from '#contracts/module';
import { actorPool, actorSystem } from '#modules/actors';
import { cacheModular, nosqlMemory } from '#modules/caches';
import { dataTransformer } from '#modules/data-transformer';
import { databaseWorkflow, storageSqlite } from '#modules/databases';
import { type ModuleDefinition, moduleFactsOf } from '#modules/define-module';
import { featureflagService } from '#modules/feature-flags';
import { httpHandler } from '#modules/http-handler';
import { httpRouter } from '#modules/http-router';
import { httpServer } from '#modules/http-server';
import { messagingBroker, messagingBrokerEventbus, messagingKafka, messagingNats } from '#modules/messaging';
import { messagingHandler } from '#modules/messaging-handler';
import { notificationSlack } from '#modules/notification-slack';
import { eventloggerModular, licenseValidator, logCollector, observabilityOtel, platformContext, workflowRegistry } from '#modules/platform';
import { schedulerModular } from '#modules/scheduler-modular';
import { stateConnector, statemachineEngine, stateTracker } from '#modules/state-machines';
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
];

export const modules: ReadonlyMap<string, ModuleDefinition> = new Map(ALL.map((module) => [module.type, module]));

export const moduleCatalog: ModuleCatalog = new Map(ALL.map((module) => [module.type, moduleFactsOf(module)]));
