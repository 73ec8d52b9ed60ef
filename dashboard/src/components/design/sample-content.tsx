/** What pages are made of: times, ids, the waterfall, values, source text, and what is said of errors and of nothing. */
import { component$ } from '@builder.io/qwik';
import { SAMPLE_LINES, SAMPLE_VALUE, SAMPLE_YAML } from '~/components/design/samples';
import { Part } from '~/components/design/sheet-part';
import { ErrorDetails } from '~/components/executions/error-details';
import { WaterfallRow } from '~/components/executions/waterfall-row';
import { Actor } from '~/components/ui/actor';
import { Command } from '~/components/ui/command';
import { Copy } from '~/components/ui/copy';
import { EmptyState } from '~/components/ui/empty-state';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { YamlSource } from '~/components/ui/yaml-source';
import { formatDuration, formatExact } from '~/lib/time';

export const SampleContent = component$(() => (
  <>
    <Part title="Time">
      <p class="flex flex-wrap gap-x-6 text-13 text-text-2">
        <Moment at="2026-11-26T09:12:44.120Z" now={Date.parse('2026-11-26T09:16:30Z')} />
        <span>{formatExact('2026-11-26T09:12:44.120Z')}</span>
        <span>{formatDuration(847)}</span>
        <span>{formatDuration(1234)}</span>
        <span>{formatDuration(192_000)}</span>
      </p>
    </Part>

    <Part title="Ids, links, commands">
      <p class="mb-2 flex items-center gap-4">
        <Copy text="exec_4fGh2kQ9sLx0PzT1aBcDeFgHiJkLmNoPqRsTuVwXyZ" shown="exec_4fGh…wXyZ" label="Execution id" class="mono text-12" always />
        <a class="link text-13" href="#ids">
          The executions of orders
        </a>
        <span class="text-13">
          by <Actor by="user:usr_ada" names={{ 'user:usr_ada': 'Ada Lovelace' }} />
        </span>
      </p>
      <Command label="Sample command" text="npm run wf -- deploy examples/orders/orders.yaml" />
    </Part>

    <Part title="Waterfall">
      <div class="wf" style={{ '--name': '46%' }}>
        <div class="wf-body" role="grid" aria-label="Sample waterfall">
          {SAMPLE_LINES.map((line, index) => (
            <WaterfallRow
              key={line.key}
              line={line}
              index={index}
              span={{ from: 0, to: 1000 }}
              current={false}
              selected={line.step === 'ship-order' && line.kind === 'step'}
            />
          ))}
        </div>
      </div>
    </Part>

    <Part title="JSON view">
      <JsonView value={SAMPLE_VALUE} label="Sample value" />
    </Part>
    <Part title="Source">
      <YamlSource text={SAMPLE_YAML} />
    </Part>

    <Part title="Error, notice, empty, loading">
      <ErrorDetails
        error={{
          code: 'upstream_status',
          message: '503 from payment',
          retryable: true,
          status: 503,
          hint: 'It was tried 3 times. Look at the other side, then replay.',
        }}
      />
      <ProblemNotice
        problem={{
          type: 'about:blank',
          status: 409,
          title: 'The execution has ended',
          code: 'execution_finished',
          hint: 'Replay it to run it again.',
        }}
      />
      <EmptyState heading="No execution fits these filters">
        <p>Remove a filter, or choose a longer time.</p>
      </EmptyState>
      <Skeleton label="Sample of loading" rows={3} />
    </Part>
  </>
));
