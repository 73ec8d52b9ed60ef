import { describe, expect, it } from 'vitest';
import { LIST_PRICES } from '#contracts/prices';
import { Tally } from '#engine/metrics/tally';
import { family, histogramFamily } from '#workers/metrics/exposition';
import { prometheusText } from '#workers/metrics/prometheus';
import { MEASURE } from '../../conformance/execution-measures';

const place = { workflow: 'orders', workflow_id: 'wf_1', environment: 'production', pipeline: 'process-order' };

function text(): string {
  const tally = new Tally(3_600_000);
  for (const status of ['completed', 'completed', 'failed'] as const)
    tally.take({ ...place, execution_id: 'exec_1', started_at: 5, seq: 20, status, duration_ms: 847, measure: MEASURE });
  return prometheusText({
    tenant: 'acme',
    pipelines: tally.spans()[0]!.pipelines,
    open: [{ ...place, count: 4 }],
    depths: [{ workflow: 'orders', environment: 'production', pipeline: 'process-order', depth: 7 }],
    pools: [
      { name: 'company', active: 5, waiting: 9 },
      { name: 'orders/production', active: 2, waiting: 0 },
    ],
    prices: LIST_PRICES,
  });
}

describe('the text for Prometheus', () => {
  const lines = text().split('\n');
  const labels = 'tenant="acme",workflow="orders",environment="production",pipeline="process-order"';

  it.each([
    [`workflow_pipeline_executions_total{${labels},status="completed"} 2`],
    [`workflow_pipeline_executions_total{${labels},status="failed"} 1`],
    [`workflow_pipeline_duration_seconds_bucket{${labels},le="0.5"} 0`],
    [`workflow_pipeline_duration_seconds_bucket{${labels},le="1"} 3`],
    [`workflow_pipeline_duration_seconds_bucket{${labels},le="+Inf"} 3`],
    [`workflow_pipeline_duration_seconds_count{${labels}} 3`],
    [`workflow_pipeline_active_executions{${labels}} 4`],
    [`workflow_step_executions_total{${labels},step="charge",type="step.http_call",status="completed"} 3`],
    [`workflow_step_retries_total{${labels},step="charge",type="step.http_call"} 6`],
    [`workflow_worker_pool_active{tenant="acme",pool="company"} 5`],
    [`workflow_worker_pool_queue_depth{tenant="acme",pool="company"} 9`],
    [`workflow_worker_pool_active{tenant="acme",pool="orders/production"} 2`],
    [`workflow_dlq_depth{${labels}} 7`],
    [`workflow_event_store_events_total{${labels}} 60`],
  ])('has %s', (line) => expect(lines).toContain(line));

  it('has every family once, with help and type before its samples', () => {
    const heads = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]!);
    expect(new Set(heads).size).toBe(heads.length);
    let current = '';
    for (const line of lines.filter((each) => each !== '')) {
      if (line.startsWith('# HELP')) current = line.split(' ')[2]!;
      else expect(line.startsWith('#') ? line.split(' ')[2] : line).toContain(current);
    }
  });

  it('has no label that grows with executions', () => expect(text()).not.toContain('exec_'));
});

describe('names that would break out of their line', () => {
  it('are escaped', () => {
    expect(family('a_total', 'counter', 'Two\nlines', [{ labels: { step: 'a"b\\c\nd 1\nevil 2' }, value: 1 }])).toBe(
      '# HELP a_total Two\\nlines\n# TYPE a_total counter\na_total{step="a\\"b\\\\c\\nd 1\\nevil 2"} 1\n',
    );
  });

  it('and families without samples are left out', () => {
    expect(family('a_total', 'counter', 'x', [])).toBe('');
    expect(histogramFamily('a_seconds', 'x', [])).toBe('');
  });
});
