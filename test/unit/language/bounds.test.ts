/** `scale` and `isolation`: what they come to, and what is said of nonsense. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';

const rest = `
pipelines:
  one:
    trigger: { type: manual }
    steps: [{ name: note, type: step.set, config: { values: { a: 1 } } }]
`;
const compiled = (section: string) => compile(`name: shop\n${section}${rest}`, { steps, modules });
const said = async (section: string) =>
  (await compiled(section)).diagnostics.map(({ code, severity, path, message, hint }) => ({ code, severity, path, message, hint }));

describe('what a document bounds', () => {
  it('is nothing where it says nothing', async () => {
    const { definition, diagnostics } = await compiled('');
    expect(definition?.bounds).toBeUndefined();
    expect(diagnostics).toEqual([]);
  });

  it('has workers, the numbers of plans, and thresholds', async () => {
    const { definition } = await compiled(`
scale:
  worker_pool: { max_workers: 128, queue_size: 4096 }
  tenant_quotas:
    default: { max_concurrent: 50, rate_limit: "100/s", priority: normal }
    enterprise: { max_concurrent: 500, rate_limit: 1000/s, priority: high }
    free: { max_concurrent: 5, rate_limit: "600/m", priority: low }
    team: { rate_limit: 3 }
  backpressure: { queue_threshold: 3072, soft_threshold: 2048 }
`);
    expect(definition?.bounds).toEqual({
      max_workers: 128,
      queue: { hard: 3072, soft: 2048 },
      quotas: {
        default: { max_concurrent: 50, rate: { per_minute: 6000, burst: 100 }, priority: 'normal' },
        enterprise: { max_concurrent: 500, rate: { per_minute: 60_000, burst: 1000 }, priority: 'high' },
        free: { max_concurrent: 5, rate: { per_minute: 600, burst: 10 }, priority: 'low' },
        team: { rate: { per_minute: 180, burst: 3 } },
      },
    });
  });

  it('has what belongs to single tenants', async () => {
    const { definition, diagnostics } = await compiled(`
isolation:
  tenants:
    acme-corp: { worker_pool: { max_workers: 32 }, db_pool: { max_connections: 20 }, transform_memory: 256MB, egress_rate: 100Mbps }
    default: { worker_pool: { max_workers: 8 }, db_pool: { max_connections: 5 }, transform_memory: 64MB, egress_rate: 2MB/s }
`);
    expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([['no_effect_here', 'isolation.tenants.acme-corp.transform_memory']]);
    expect(definition?.bounds).toEqual({
      isolation: {
        'acme-corp': { max_workers: 32, max_connections: 20, transform_bytes: 268_435_456, egress_bytes_per_s: 12_500_000 },
        default: { max_workers: 8, max_connections: 5, transform_bytes: 67_108_864, egress_bytes_per_s: 2_097_152 },
      },
    });
  });
});

it.each([
  ['10Mbps', 1_250_000],
  ['10mbps', 1_250_000],
  ['10MBps', 10 * 1024 ** 2],
  ['512kBps', 512 * 1024],
  ['1GB/s', 1024 ** 3],
])('takes an egress_rate of %s in bits or bytes, as it is written', async (egress_rate, egress_bytes_per_s) => {
  const { definition } = await compiled(`isolation: { tenants: { default: { egress_rate: ${egress_rate} } } }`);
  expect(definition?.bounds).toEqual({ isolation: { default: { egress_bytes_per_s } } });
});

describe('nonsense', () => {
  it.each([
    ['scale: { workers: 3 }', 'unknown_key', 'scale.workers'],
    ['scale: { worker_pool: { max_workers: 0 } }', 'invalid_value', 'scale.worker_pool.max_workers'],
    ['scale: { worker_pool: { min_workers: 9, max_workers: 3 } }', 'invalid_value', 'scale.worker_pool.min_workers'],
    ['scale: { worker_pool: { idle_timeout: soon } }', 'invalid_duration', 'scale.worker_pool.idle_timeout'],
    ['scale: { worker_pool: { queue_size: 20000 } }', 'invalid_value', 'scale.worker_pool.queue_size'],
    ['scale: { worker_pool: { queue_size: 100 }, backpressure: { queue_threshold: 200 } }', 'invalid_value', 'scale.backpressure.queue_threshold'],
    ['scale: { backpressure: { queue_threshold: 10, soft_threshold: 20 } }', 'invalid_value', 'scale.backpressure.soft_threshold'],
    ['scale: { tenant_quotas: { free: { rate_limit: fast } } }', 'invalid_value', 'scale.tenant_quotas.free.rate_limit'],
    ['scale: { tenant_quotas: { free: { rate_limit: 10/fortnight } } }', 'invalid_value', 'scale.tenant_quotas.free.rate_limit'],
    ['scale: { tenant_quotas: { free: { rate_limit: 0/s } } }', 'invalid_value', 'scale.tenant_quotas.free.rate_limit'],
    ['scale: { tenant_quotas: { free: { priority: urgent } } }', 'invalid_value', 'scale.tenant_quotas.free.priority'],
    ['scale: { tenant_quotas: { free: { max_concurent: 3 } } }', 'unknown_key', 'scale.tenant_quotas.free.max_concurent'],
    ['scale: { worker_pool: { max_workers: 1 }, backpressure: { soft_threshold: 5000 } }', 'invalid_value', 'scale.backpressure.soft_threshold'],
    ['scale: [1]', 'invalid_type', 'scale'],
    ['isolation: { tenants: { acme: { transform_memory: 1TB } } }', 'invalid_value', 'isolation.tenants.acme.transform_memory'],
    ['isolation: { tenants: { acme: { transform_memory: 64 } } }', 'invalid_value', 'isolation.tenants.acme.transform_memory'],
    ['isolation: { tenants: { acme: { egress_rate: 100 } } }', 'invalid_value', 'isolation.tenants.acme.egress_rate'],
    ['isolation: { tenants: { acme: { db_pool: { size: 3 } } } }', 'unknown_key', 'isolation.tenants.acme.db_pool.size'],
    ['isolation: { tenant: {} }', 'unknown_key', 'isolation.tenant'],
  ])('%s', async (section, code, path) => {
    const { definition, diagnostics } = await compiled(section);
    expect(diagnostics.map((each) => [each.severity, each.code, each.path])).toContainEqual(['error', code, path]);
    expect(definition).toBeNull();
  });

  it.each([
    ['scale: { worker_pool: { queue_size: 100 } }', ['scale.worker_pool.queue_size']],
    ['scale: { backpressure: { queue_threshold: 100, soft_threshold: 50 } }', ['scale.backpressure.queue_threshold', 'scale.backpressure.soft_threshold']],
    ['isolation: { tenants: { default: { worker_pool: { queue_size: 9 } } } }', ['isolation.tenants.default.worker_pool.queue_size']],
    ['scale: { worker_pool: { queue_size: 100 }, tenant_quotas: { free: { rate_limit: 3 } } }', ['scale.worker_pool.queue_size']],
    ['scale: { worker_pool: { queue_size: 100 }, tenant_quotas: { free: { max_concurrent: 3 } } }', []],
    ['scale: { backpressure: { soft_threshold: 5 } }\nisolation: { tenants: { default: { worker_pool: { max_workers: 2, queue_size: 9 } } } }', []],
  ])('of a queue in which nobody ever waits is a warning: %s', async (section, paths) => {
    expect((await said(section)).map(({ code, path }) => [code, path])).toEqual(paths.map((path) => ['no_effect_here', path]));
  });

  it('of what means nothing here is a warning', async () => {
    expect(
      await said('scale: { worker_pool: { min_workers: 2, max_workers: 4, idle_timeout: 30s }, tenant_quotas: { enterprize: { max_concurrent: 3 } } }'),
    ).toEqual([
      expect.objectContaining({ code: 'no_effect_here', severity: 'warning', path: 'scale.worker_pool.min_workers' }),
      expect.objectContaining({ code: 'no_effect_here', severity: 'warning', path: 'scale.worker_pool.idle_timeout' }),
      expect.objectContaining({ code: 'no_effect_here', severity: 'warning', path: 'scale.tenant_quotas.enterprize', hint: 'Did you mean "enterprise"?' }),
    ]);
  });
});
