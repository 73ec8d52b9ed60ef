/** The observers of a region: who hands executions to them, and what they need to do their work. */
import type { LogEvent } from '#contracts/events';
import type { ProjectionMessage } from '#contracts/execution';
import { LIMITS } from '#contracts/limits';
import type { ObservedApplication, ObserverRpc } from '#contracts/observation';
import { Problem } from '#contracts/problems';
import type { ObserverPorts } from '#objects/observer/observer';
import { createHttp } from '#workers/egress/http';
import { wayOut } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { type SendPorts, sendSpans } from '#workers/observer/send-spans';
import type { Projection } from '#workers/projector/projector';
import { fillSecrets, secretRefsIn } from '#workers/secrets/fill';
import { secretsOf } from '#workers/secrets/secrets-of';
import { storesOf } from '#workers/stores';

/** Lines that are written again stand there twice. */
const calls = callsOf<ObserverRpc>('log of the application', { note: 'again', write: 'once', read: 'again', forget: 'again', status: 'again' });

export function observerOf(env: RegionEnv, application: ObservedApplication): ObserverRpc {
  return observerNamed(env, nameOf(application));
}

/** By the name under which it is noted. */
export function observerNamed(env: RegionEnv, name: string): ObserverRpc {
  return objectNamed(calls, env.OBSERVER, env, name);
}

function nameOf({ tenant, workflow, environment }: ObservedApplication): string {
  return `${tenant}/${workflow}/${environment}`;
}

/** Before it holds anything. */
export async function notedObserver(env: RegionEnv, application: ObservedApplication): Promise<ObserverRpc> {
  await noteObject(env, 'OBSERVER', application.tenant, nameOf(application));
  return observerOf(env, application);
}

/** Executions that have ended, on their way through the projector: each goes to the observer of its application. */
export function observations(env: RegionEnv): Projection {
  return {
    async project(messages: ProjectionMessage[]) {
      const groups = new Map<string, { application: ObservedApplication; definition: string; executions: string[] }>();
      for (const { observed_as: definition, summary } of messages) {
        if (definition === undefined) continue;
        const { tenant, workflow, environment, execution_id } = summary;
        const key = JSON.stringify([tenant, workflow, environment, definition]);
        const group = groups.get(key) ?? { application: { tenant, workflow, environment }, definition, executions: [] };
        group.executions.push(execution_id);
        groups.set(key, group);
      }
      for (const { application, definition, executions } of groups.values())
        await (await notedObserver(env, application)).note(application, definition, executions);
    },
  };
}

/** Events of an execution that are looked at; a longer one is seen up to there. */
const MOST_EVENTS = 20_000;

export function observerPorts(env: RegionEnv): Omit<ObserverPorts, 'wakeAt' | 'bytes'> {
  const { signal } = new AbortController();
  return {
    observation: async (tenant, definition) => (await storesOf(env).definitions.get(tenant, definition))?.observation,
    events: (tenant, execution) => wholeLog(env, tenant, execution),
    send(application, policy, spans) {
      let known: string[] = [];
      const http = createHttp(
        wayOut(env, application.tenant, () => known),
        signal,
      );
      const filled: SendPorts['filled'] = async ({ tenant, environment, definition }, settings) => {
        const { input, values } = await fillSecrets(settings, secretRefsIn(settings), { tenant, environment, definition }, secretsOf(env).all);
        known = values;
        return input as typeof settings;
      };
      return sendSpans({ http, filled }, application, policy, spans);
    },
    now: Date.now,
  };
}

async function wholeLog(env: RegionEnv, tenant: string, execution: string): Promise<LogEvent[] | null> {
  const events: LogEvent[] = [];
  try {
    for (let from: number | null = 1; from !== null && events.length < MOST_EVENTS; ) {
      const page = await executionStub(env, execution).events(tenant, { from, limit: LIMITS.eventsMax });
      if (!page) return null;
      events.push(...page.items);
      from = page.next;
    }
    return events;
  } catch (error) {
    if (error instanceof Problem && error.code === 'unknown_execution') return null;
    throw error;
  }
}
