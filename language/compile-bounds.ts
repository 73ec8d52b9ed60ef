/**
 * `scale` and `isolation`: how much of the application runs at once, how fast, and with how much memory and network. They
 * bound the application within the quota of its tenant; they never give it more.
 *
 * What the dialect says of processes (`min_workers`, `idle_timeout`) means nothing where an execution starts when it is
 * wanted and costs nothing before; a document that says it is told so.
 */
import type { Rate } from '#contracts/limiter-rpc';
import { type AppBounds, PLAN_NAMES, PLANS, QUOTA_PRIORITIES, type TenantIsolation } from '#contracts/quota';
import { type Checker, describe, type Place } from '#language/checker';
import { BACKPRESSURE_KEYS, DB_POOL_KEYS, ISOLATION_KEYS, SCALE_KEYS, TENANT_ISOLATION_KEYS, TENANT_QUOTA_KEYS, WORKER_POOL_KEYS } from '#language/dialect';
import { nearest } from '#language/nearest';
import type { MapNode } from '#language/source';

const MOST_WORKERS = 100_000;
/** The longest queue of a bound. */
const MOST_WAITING = 10_000;
const MOST_A_SECOND = 1_000_000;
const LEAST_MEMORY = 1024 * 1024;
const MOST_MEMORY = 1024 * 1024 * 1024;
/** What a script may ask for at most. */
const PLATFORM_MEMORY = 64 * 1024 * 1024;
const LEAST_EGRESS = 1024;

export function compileBounds(checker: Checker, root: MapNode): AppBounds | undefined {
  const queues: Place[] = [];
  const bounds: AppBounds = {
    ...scaleOf(checker, checker.given(root, '', 'scale'), queues),
    ...isolationOf(checker, checker.given(root, '', 'isolation'), queues),
  };
  if (!boundsWork(bounds)) for (const place of queues) warnOfNoQueue(checker, place);
  return Object.keys(bounds).length > 0 ? bounds : undefined;
}

/** Whether it says for anybody how many executions may be at work; without that nobody waits for a place of the application. */
function boundsWork({ max_workers, quotas = {}, isolation = {} }: AppBounds): boolean {
  return (
    max_workers !== undefined ||
    Object.values(quotas).some(({ max_concurrent }) => max_concurrent !== undefined) ||
    Object.values(isolation).some((own) => own.max_workers !== undefined)
  );
}

function warnOfNoQueue(checker: Checker, place: Place): void {
  checker.warn(
    'no_effect_here',
    `${place.path.split('.').at(-1)} has no effect: the document does not say how many executions may be at work, so none waits for a place of the application.`,
    place,
    'Give worker_pool a max_workers, or a plan under tenant_quotas a max_concurrent. Who waits for a place of the company goes by its quota.',
  );
}

/** `queues`: takes every place that says something of who waits. */
function scaleOf(checker: Checker, place: Place | undefined, queues: Place[]): AppBounds {
  const map = place && checker.map(place, 'scale');
  if (!place || !map) return {};
  checker.keys(map, place.path, SCALE_KEYS, 'scale');
  const at = (key: string) => checker.given(map, place.path, key);
  const pool = workerPool(checker, at('worker_pool'), queues);
  const pressure = backpressure(checker, at('backpressure'), pool.queue_size, queues);
  const quotas = tenantQuotas(checker, at('tenant_quotas'));
  const queue = { ...(pool.queue_size === undefined ? {} : { hard: pool.queue_size }), ...pressure };
  return {
    ...(pool.max_workers === undefined ? {} : { max_workers: pool.max_workers }),
    ...(quotas ? { quotas } : {}),
    ...(Object.keys(queue).length > 0 ? { queue } : {}),
  };
}

function workerPool(checker: Checker, place: Place | undefined, queues: Place[]): { max_workers?: number; queue_size?: number } {
  const map = place && checker.map(place, 'worker_pool');
  if (!place || !map) return {};
  checker.keys(map, place.path, WORKER_POOL_KEYS, 'worker_pool');
  const at = (key: string) => checker.given(map, place.path, key);
  const [least, most, size, idle] = [at('min_workers'), at('max_workers'), at('queue_size'), at('idle_timeout')];
  const min = least && checker.whole(least, 'min_workers', 0, MOST_WORKERS);
  const max_workers = most && checker.whole(most, 'max_workers', 1, MOST_WORKERS);
  const queue_size = size && checker.whole(size, 'queue_size', 1, MOST_WAITING);
  if (size) queues.push(size);
  if (idle) checker.duration(idle, 'idle_timeout');
  if (least && min !== undefined && max_workers !== undefined && min > max_workers) {
    checker.error('invalid_value', 'min_workers is above max_workers.', least, `Write ${max_workers} or less.`);
  }
  for (const [key, given] of [['min_workers', least] as const, ['idle_timeout', idle] as const]) {
    if (given) checker.warn('no_effect_here', `${key} has no effect: executions start when they are wanted, and cost nothing before.`, given, 'Leave it out.');
  }
  return { ...(max_workers === undefined ? {} : { max_workers }), ...(queue_size === undefined ? {} : { queue_size }) };
}

function backpressure(checker: Checker, place: Place | undefined, queueSize: number | undefined, queues: Place[]): { soft?: number; hard?: number } {
  const map = place && checker.map(place, 'backpressure');
  if (!place || !map) return {};
  checker.keys(map, place.path, BACKPRESSURE_KEYS, 'backpressure');
  const [from, softly] = [checker.given(map, place.path, 'queue_threshold'), checker.given(map, place.path, 'soft_threshold')];
  for (const given of [from, softly]) if (given) queues.push(given);
  const hard = from && checker.whole(from, 'queue_threshold', 1, MOST_WAITING);
  const soft = softly && checker.whole(softly, 'soft_threshold', 1, MOST_WAITING);
  if (from && hard !== undefined && queueSize !== undefined && hard > queueSize) {
    checker.error('invalid_value', `queue_threshold is above queue_size: a queue of ${queueSize} never gets there.`, from, `Write ${queueSize} or less.`);
  }
  const most = hard ?? queueSize ?? PLANS.unlimited.queue_hard;
  if (softly && soft !== undefined && soft > most) {
    checker.error(
      'invalid_value',
      `soft_threshold is above what all starts are refused at (${most}), so it would never be reached.`,
      softly,
      `Write ${most} or less.`,
    );
  }
  return { ...(soft === undefined ? {} : { soft }), ...(hard === undefined ? {} : { hard }) };
}

function tenantQuotas(checker: Checker, place: Place | undefined): AppBounds['quotas'] {
  const map = place && checker.map(place, 'tenant_quotas');
  if (!place || !map) return undefined;
  const known = ['default', ...PLAN_NAMES];
  const rows: NonNullable<AppBounds['quotas']> = {};
  for (const { key, keyRange } of map.entries.values()) {
    const path = `${place.path}.${key}`;
    const row = checker.given(map, place.path, key);
    const own = row && checker.map(row, key);
    if (!known.includes(key)) {
      const meant = nearest(key, known);
      checker.report.warn(
        'no_effect_here',
        `No company has the plan "${key}", so these numbers are for nobody. Plans are ${PLAN_NAMES.join(', ')}; default is for all others.`,
        path,
        keyRange,
        meant === undefined ? 'Name a plan, or default.' : `Did you mean "${meant}"?`,
      );
    }
    if (own) rows[key] = tenantQuota(checker, own, path);
  }
  return Object.keys(rows).length > 0 ? rows : undefined;
}

function tenantQuota(checker: Checker, map: MapNode, path: string): NonNullable<AppBounds['quotas']>[string] {
  checker.keys(map, path, TENANT_QUOTA_KEYS, 'a quota');
  const at = (key: string) => checker.given(map, path, key);
  const [most, fast, urgency] = [at('max_concurrent'), at('rate_limit'), at('priority')];
  const max_concurrent = most && checker.whole(most, 'max_concurrent', 1, MOST_WORKERS);
  const rate = fast && rateOf(checker, fast);
  const priority = urgency && checker.choice(urgency, 'priority', QUOTA_PRIORITIES);
  return { ...(max_concurrent === undefined ? {} : { max_concurrent }), ...(rate ? { rate } : {}), ...(priority ? { priority } : {}) };
}

const MINUTES: { readonly [unit: string]: number } = { s: 60, sec: 60, second: 60, m: 1, min: 1, minute: 1, h: 1 / 60, hour: 1 / 60 };

/** `100/s`, `600/m`, `5000/h`; a number is so many a second. At once may come what comes in a second, and one at least. */
function rateOf(checker: Checker, place: Place): Rate | undefined {
  const value = place.node.kind === 'scalar' ? place.node.value : undefined;
  const [, count, unit] = typeof value === 'string' ? (/^\s*(\d+(?:\.\d+)?)\s*\/\s*(?:1\s*)?([a-z]+)\s*$/.exec(value) ?? []) : [];
  const per_minute = typeof value === 'number' ? value * 60 : Number(count) * (MINUTES[unit ?? ''] ?? Number.NaN);
  if (per_minute > 0 && per_minute <= MOST_A_SECOND * 60) return { per_minute, burst: Math.max(1, Math.round(per_minute / 60)) };
  const given = typeof value === 'string' ? `"${value}"` : describe(place.node);
  checker.error('invalid_value', `rate_limit is a number of starts in a time, not ${given}.`, place, 'Write it as 100/s, 600/m or 5000/h.');
  return undefined;
}

function isolationOf(checker: Checker, place: Place | undefined, queues: Place[]): AppBounds {
  const map = place && checker.map(place, 'isolation');
  if (!place || !map) return {};
  checker.keys(map, place.path, ISOLATION_KEYS, 'isolation');
  const tenants = checker.given(map, place.path, 'tenants');
  const rows = tenants && checker.map(tenants, 'tenants');
  if (!tenants || !rows) return {};
  const isolation: { [tenant: string]: TenantIsolation } = {};
  for (const { key } of rows.entries.values()) {
    const row = checker.given(rows, tenants.path, key);
    const own = row && checker.map(row, key);
    if (row && own) isolation[key] = tenantIsolation(checker, own, row.path, queues);
  }
  return Object.keys(isolation).length > 0 ? { isolation } : {};
}

function tenantIsolation(checker: Checker, map: MapNode, path: string, queues: Place[]): TenantIsolation {
  checker.keys(map, path, TENANT_ISOLATION_KEYS, 'the isolation of a tenant');
  const at = (key: string) => checker.given(map, path, key);
  const { max_workers, queue_size } = workerPool(checker, at('worker_pool'), queues);
  const [memory, egress] = [at('transform_memory'), at('egress_rate')];
  const max_connections = connections(checker, at('db_pool'));
  const transform_bytes = memory && bytesOf(checker, memory);
  const egress_bytes_per_s = egress && bitsOf(checker, egress);
  return {
    ...(max_workers === undefined ? {} : { max_workers }),
    ...(queue_size === undefined ? {} : { queue_size }),
    ...(max_connections === undefined ? {} : { max_connections }),
    ...(transform_bytes === undefined ? {} : { transform_bytes }),
    ...(egress_bytes_per_s === undefined ? {} : { egress_bytes_per_s }),
  };
}

function connections(checker: Checker, place: Place | undefined): number | undefined {
  const map = place && checker.map(place, 'db_pool');
  if (!place || !map) return undefined;
  checker.keys(map, place.path, DB_POOL_KEYS, 'db_pool');
  const most = checker.given(map, place.path, 'max_connections');
  return most && checker.whole(most, 'max_connections', 1, MOST_WORKERS);
}

const BYTES: { readonly [unit: string]: number } = { b: 1, kb: 1024, kib: 1024, mb: 1024 ** 2, mib: 1024 ** 2, gb: 1024 ** 3, gib: 1024 ** 3 };

function bytesOf(checker: Checker, place: Place): number | undefined {
  const bytes = measured(place, BYTES);
  if (bytes !== undefined && bytes >= LEAST_MEMORY && bytes <= MOST_MEMORY) {
    if (bytes > PLATFORM_MEMORY) {
      checker.warn('no_effect_here', 'transform_memory is more than the platform gives any program, 64MB, so it has no effect.', place, 'Write 64MB or less.');
    }
    return bytes;
  }
  checker.error('invalid_value', 'transform_memory is an amount of memory, from 1MB to 1GB.', place, 'Write it as 64MB.');
  return undefined;
}

const BITS: { readonly [unit: string]: number } = {
  kbps: 1000 / 8,
  mbps: 1_000_000 / 8,
  gbps: 1_000_000_000 / 8,
  'kb/s': 1024,
  'mb/s': 1024 ** 2,
  'gb/s': 1024 ** 3,
};

/** Bytes a second. A capital B is a byte, as everywhere. */
function bitsOf(checker: Checker, place: Place): number | undefined {
  const bytes = measured(place, BITS, (unit) => unit.replace(/Bps$/, 'B/s'));
  if (bytes !== undefined && bytes >= LEAST_EGRESS) return bytes;
  checker.error('invalid_value', 'egress_rate is an amount of data in a second, 1KB/s at least.', place, 'Write it as 10Mbps (bits) or 1MB/s (bytes).');
  return undefined;
}

function measured({ node }: Place, units: { readonly [unit: string]: number }, spelled = (unit: string) => unit): number | undefined {
  const [, count, unit] = (node.kind === 'scalar' && typeof node.value === 'string' && /^\s*(\d+(?:\.\d+)?)\s*([a-z/]+)\s*$/i.exec(node.value)) || [];
  const size = units[spelled(unit ?? '').toLowerCase()];
  return size === undefined ? undefined : Math.round(Number(count) * size);
}
