/** Every way in which a real application says what starts it: each entry of the text is a route, a subscription, a schedule or a pattern. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Definition } from '#contracts/definition';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { realApplications } from '../../cases/real-applications.ts';

const SOURCES = Object.entries(realApplications(join(import.meta.dirname, '../../..')));

// biome-ignore lint/suspicious/noExplicitAny: a document as it is written.
type Written = any;

/** What the text says, one line an entry. */
function told(document: Written): string[] {
  const { pipelines = {}, workflows = {}, triggers = {}, scheduler } = document;
  const ofPipelines = Object.values<Written>(pipelines)
    .map((pipeline) => ({ ...pipeline?.trigger, ...pipeline?.trigger?.config }))
    .filter(({ type }) => type === 'http');
  const routes = [...ofPipelines, ...(workflows.http?.routes ?? []), ...(triggers.http?.routes ?? [])];
  const modular = new Map<string, string>((document.modules ?? []).map(({ name, config }: Written) => [name, config?.cronExpression]));
  return [
    ...routes.map(({ method = 'GET', path }) => `${method} ${path}`),
    ...(workflows.messaging?.subscriptions ?? []).map(({ topic, handler }: Written) => `event ${topic} for ${handler}`),
    ...(triggers.event?.subscriptions ?? []).map(({ topic, event }: Written) => `event ${topic} named ${event}`),
    ...(triggers.schedule?.jobs ?? []).map(({ cron }: Written) => `at ${cron}`),
    ...(scheduler?.jobs ?? []).map(({ name, schedule }: Written) => `at ${schedule} as ${name}`),
    ...(workflows.scheduler?.jobs ?? []).map(({ job, scheduler: by }: Written) => `at ${modular.get(by) ?? 'its time'} as ${job}`),
    ...(workflows.event?.handlers ?? []).map(({ patternId, handler }: Written) => `pattern ${patternId} for ${handler}`),
  ];
}

/** Whether a line came to something. Paths may have a prefix of their router; parameters are written in one way. */
function isThere(line: string, { routes, subscriptions = [], schedules = [], patterns = [] }: Definition): boolean {
  const [kind = '', value = '', word, name] = line.split(' ');
  switch (kind) {
    case 'event':
      return subscriptions.some((one) => one.topic === value && (word === 'for' ? one.pipeline === name : (one.event ?? value) === name));
    case 'at': {
      const [, cron, as] = /^at (.*?)(?: as (\S+))?$/.exec(line)!;
      return schedules.some((one) => (cron === 'its time' || one.cron === cron) && (as === undefined || one.name === as));
    }
    case 'pattern':
      return patterns.some((one) => one.id === value && one.pipeline === name);
    default: {
      const path = value.replace(/:(\w+)/g, '{$1}');
      return routes.some((one) => (one.method === kind || one.method === '*') && (one.path === path || one.path.endsWith(path)));
    }
  }
}

describe.skipIf(SOURCES.length === 0)('what starts real applications', () => {
  it.each(SOURCES)('%s', async (_file, source) => {
    const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
    if (!definition) return expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(told(parse(source)).filter((line) => !isThere(line, definition))).toEqual([]);
  });

  it('are told in all the ways there are', () => {
    const ways = new Set(SOURCES.flatMap(([, source]) => told(parse(source))).map((line) => line.replace(/^(\w+) .*?( for | named | as |$).*/, '$1$2').trim()));
    expect([...ways].sort()).toEqual(['DELETE', 'GET', 'POST', 'PUT', 'at', 'at as', 'event for', 'event named', 'pattern for']);
  });
});
