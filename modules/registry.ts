/** All module types, by name. Explicit, as the registry of steps is. */
import type { ModuleCatalog } from '#contracts/step';
import { databaseWorkflow, storageSqlite } from '#modules/databases';
import { type ModuleDefinition, moduleFactsOf } from '#modules/define-module';
import { httpRouter } from '#modules/http-router';
import { httpServer } from '#modules/http-server';
import { messagingBroker, messagingBrokerEventbus } from '#modules/messaging';

const ALL: readonly ModuleDefinition[] = [databaseWorkflow, httpRouter, httpServer, messagingBroker, messagingBrokerEventbus, storageSqlite];

export const modules: ReadonlyMap<string, ModuleDefinition> = new Map(ALL.map((module) => [module.type, module]));

export const moduleCatalog: ModuleCatalog = new Map(ALL.map((module) => [module.type, moduleFactsOf(module)]));
