/**
 * What starts by time, in all spellings: a trigger of a pipeline, `workflows.scheduler.jobs[]`, `triggers.schedule.jobs[]`
 * and the section `scheduler`.
 */
import type { Schedule } from '#contracts/definition';
import { parseDuration } from '#contracts/duration';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type Application, freeName, messageTarget, moduleAt } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { compileSteps } from '#language/compile-pipeline';
import { cronFault, isTimezone } from '#language/cron';
import { JOB_KEYS, SCHEDULER_KEYS } from '#language/dialect';
import { stepsAt } from '#language/plain';
import { type MapNode, toJson } from '#language/source';
import { workflowAction } from '#language/workflow-action';

type Timing = Pick<Schedule, 'cron' | 'every_ms' | 'timezone' | 'overlap' | 'catch_up' | 'enabled'>;

/** Settings of a time, looked up where a spelling has them. `undefined` when what is there has been reported. */
export function timing(checker: Checker, at: (key: string) => Place | undefined, what: Place): Timing | undefined {
  const cronPlace = at('cron') ?? at('schedule') ?? at('expression');
  const everyPlace = at('every') ?? at('interval');
  const timezonePlace = at('timezone');
  const timezone = timezonePlace && checker.text(timezonePlace, 'timezone');
  if (timezone !== undefined && timezonePlace && !isTimezone(timezone)) {
    checker.error('invalid_value', `"${timezone}" is not a time zone.`, timezonePlace, 'Write a name of the IANA list, such as Europe/Berlin.');
    return undefined;
  }
  const overlapPlace = at('overlap');
  const catchUpPlace = at('catch_up');
  const enabledPlace = at('enabled');
  const policy = {
    overlap: (overlapPlace && checker.choice(overlapPlace, 'overlap', ['allow', 'skip', 'cancel_previous'] as const)) ?? 'allow',
    catch_up: (catchUpPlace && checker.choice(catchUpPlace, 'catch_up', ['none', 'last', 'all'] as const)) ?? 'last',
    enabled: enabledPlace ? (checker.flag(enabledPlace, 'enabled') ?? true) : true,
    ...(timezone === undefined ? {} : { timezone }),
  };
  if (everyPlace) {
    const every = checker.duration(everyPlace, 'every');
    if (every === undefined) return undefined;
    if (every < LIMITS.scheduleMinMs) {
      checker.error(
        'invalid_duration',
        `A schedule is due every ${LIMITS.scheduleMinMs / 1000}s at the most.`,
        everyPlace,
        `Write every: ${LIMITS.scheduleMinMs / 1000}s or more.`,
      );
      return undefined;
    }
    return { ...policy, every_ms: every };
  }
  if (!cronPlace) {
    checker.report.error('missing_key', 'A schedule needs cron or every.', `${what.path}.cron`, what.keyRange, 'For example cron: "0 7 * * *", or every: 15m.');
    return undefined;
  }
  const cron = checker.text(cronPlace, 'cron');
  if (cron === undefined) return undefined;
  const every = /^@every\s+(.+)$/.exec(cron.trim());
  if (every) {
    const ms = parseDuration(every[1]!);
    if (ms !== undefined && ms >= LIMITS.scheduleMinMs) return { ...policy, every_ms: ms };
  }
  const fault = cronFault(cron, timezone);
  if (fault === undefined) return { ...policy, cron };
  checker.error(
    'invalid_value',
    `"${cron}" is not a cron expression: ${fault}`,
    cronPlace,
    'Minute, hour, day, month, weekday: "0 7 * * 1-5" is 7:00 on weekdays.',
  );
  return undefined;
}

/** Adds it under a name of its own. */
export function schedule(app: Application, name: string, pipeline: string, time: Timing, params: JsonObject | undefined): void {
  let own = name;
  for (let count = 2; app.schedules.some((each) => each.name === own); count++) own = `${name}-${count}`;
  app.schedules.push({ name: own, pipeline, ...time, ...(params && Object.keys(params).length > 0 ? { params } : {}) });
}

/** `workflows.scheduler` and the section `scheduler`. */
export function compileScheduler(app: Application, section: Place): void {
  eachJob(app.checker, section, (place, job) => {
    const at = (key: string) => app.checker.given(job, place.path, key);
    const time = jobTime(app, at, place);
    const pipeline = jobPipeline(app, place, job, at);
    if (time && pipeline !== undefined) schedule(app, jobName(app, at) ?? pipeline, pipeline, time, paramsOf(app, at));
  });
}

/** `triggers.schedule.jobs[]`: each starts a pipeline, or an action of a workflow. */
export function compileScheduleTriggers(app: Application, section: Place): void {
  eachJob(app.checker, section, (place, job) => {
    const at = (key: string) => app.checker.given(job, place.path, key);
    const time = jobTime(app, at, place);
    const pipeline = workflowAction(app, { place, map: job, keys: JOB_KEYS, type: 'schedule', name: 'scheduled' });
    if (time && pipeline !== undefined) schedule(app, jobName(app, at) ?? pipeline, pipeline, time, paramsOf(app, at));
  });
}

function eachJob(checker: Checker, section: Place, see: (place: Place, job: MapNode) => void): void {
  const map = checker.map(section, section.path);
  if (!map) return;
  checker.keys(map, section.path, SCHEDULER_KEYS, section.path);
  const jobs = checker.given(map, section.path, 'jobs');
  (jobs ? checker.list(jobs, 'jobs') : undefined)?.forEach((node, index) => {
    const place: Place = { node, path: `${jobs!.path}[${index}]`, keyRange: node.range };
    const job = checker.map(place, 'A job');
    if (!job) return;
    checker.keys(job, place.path, JOB_KEYS, 'a job');
    see({ ...place, keyRange: job.entries.values().next().value?.keyRange ?? node.range }, job);
  });
}

/** Of the job itself, or of the scheduler that it names. */
function jobTime(app: Application, at: (key: string) => Place | undefined, place: Place): Timing | undefined {
  const { checker } = app;
  const own = ['cron', 'schedule', 'expression', 'every', 'interval'].some((key) => at(key));
  const named = at('scheduler');
  if (!named || own) return timing(checker, at, place);
  const module = moduleAt(app, named, 'scheduler');
  if (!module) return undefined;
  const config = module.map.entries.get('config')?.value;
  const inside = config?.kind === 'map' ? config : undefined;
  const spellings: { [key: string]: string[] } = { cron: ['cronExpression', 'cron'], timezone: ['timezone'], overlap: ['overlap'], catch_up: ['catch_up'] };
  return timing(
    checker,
    (key) =>
      at(key) ?? (spellings[key] ?? []).map((name) => inside && checker.given(inside, `${module.at.path}.config`, name)).find((found) => found !== undefined),
    module.at,
  );
}

function jobName(app: Application, at: (key: string) => Place | undefined): string | undefined {
  const place = at('name');
  return place && app.checker.text(place, 'name');
}

function paramsOf(app: Application, at: (key: string) => Place | undefined): JsonObject | undefined {
  const place = at('params') ?? at('config');
  const map = place && app.checker.map(place, 'params');
  return map ? (toJson(map) as JsonObject) : undefined;
}

/** A module, a pipeline, or a command: there are no processes here, so a command is an event that says what is to be done. */
function jobPipeline(app: Application, place: Place, job: MapNode, at: (key: string) => Place | undefined): string | undefined {
  const { checker } = app;
  const target = at('job') ?? at('handler') ?? at('pipeline');
  if (target) return messageTarget(app, target, 'job');
  if (at('workflow')) return workflowAction(app, { place, map: job, keys: JOB_KEYS, type: 'schedule', name: 'scheduled' });
  const command = at('command');
  const name = jobName(app, at);
  if (!command) {
    checker.report.error(
      'missing_key',
      'A job needs a job, a pipeline or a command.',
      `${place.path}.job`,
      place.keyRange,
      'Write pipeline: and the name of the pipeline that it starts.',
    );
    return undefined;
  }
  const text = checker.text(command, 'command');
  if (text === undefined) return undefined;
  for (const known of [text, name]) if (known !== undefined && app.pipelineNames.has(known)) return known;
  const topic = `job.${name ?? text}`;
  checker.warn(
    'no_effect_here',
    `There are no processes at the edge: instead of running "${text}" the job publishes the event ${topic}.`,
    command,
    `Write a pipeline "${text}", or one that listens to ${topic}.`,
  );
  const pipeline = freeName(app, (name ?? text).replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 90));
  const steps = [{ name: 'announce', type: 'step.publish', config: { topic, payload: { command: text, scheduled_at: '{{ .trigger.scheduled_at }}' } } }];
  app.pipelines.set(pipeline, compileSteps(checker, stepsAt(place, steps), pipeline, { type: 'schedule', config: {} }, app));
  return pipeline;
}
