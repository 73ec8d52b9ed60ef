/** All tokens and components in one theme. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { EXECUTION_STATUSES, STEP_STATUSES } from '#contracts/execution';
import { LOG_LEVELS } from '#contracts/log-level';
import { SampleLists } from '~/components/design/sample-lists';
import { SAMPLE_LINES, SAMPLE_VALUE, SAMPLE_YAML } from '~/components/design/samples';
import { ErrorDetails } from '~/components/executions/error-details';
import { WaterfallRow } from '~/components/executions/waterfall-row';
import { Actor } from '~/components/ui/actor';
import { Command } from '~/components/ui/command';
import { Confirm } from '~/components/ui/confirm';
import { Copy } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { EmptyState } from '~/components/ui/empty-state';
import { FilterSelect, named } from '~/components/ui/filter-select';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { LevelMark, levelWord } from '~/components/ui/level-mark';
import { Moment } from '~/components/ui/moment';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { Status } from '~/components/ui/status-mark';
import { Tabs } from '~/components/ui/tabs';
import { ToastCard } from '~/components/ui/toasts';
import { ToggleLink } from '~/components/ui/toggle-link';
import { YamlSource } from '~/components/ui/yaml-source';
import { formatDuration, formatExact } from '~/lib/time';
import { toast } from '~/lib/toast';

const NEUTRALS = ['bg', 'surface', 'sunken', 'raised', 'hover', 'line', 'line-strong', 'control', 'text', 'text-2', 'text-3'];
const ACTION = ['accent', 'accent-strong', 'on-accent', 'accent-wash'];
const STATES = ['ok', 'bad', 'run', 'retry', 'wait', 'comp', 'skip', 'stop'];
const JSON_COLOURS = ['json-key', 'json-string', 'json-number', 'json-word'];
const SIZES: [string, string][] = [
  ['text-28', '28 / 36'],
  ['text-20', '20 / 28'],
  ['text-16', '16 / 24'],
  ['text-14', '14 / 20'],
  ['text-13', '13 / 20'],
  ['text-12', '12 / 16'],
];

export const DesignSheet = component$<{ theme: 'light' | 'dark' }>(({ theme }) => {
  const tab = useSignal('output');
  const choose = $((name: string) => {
    tab.value = name;
  });
  const discard = $(async () => {
    toast({ text: 'The letter is discarded.' });
    return undefined;
  });
  return (
    <section class="theme-island min-w-0 border-line px-3 py-6 sm:px-6 lg:border-r" data-theme={theme} aria-label={`${theme} theme`}>
      <p class="mb-6 text-12 font-medium text-text-3">{theme === 'light' ? 'Light' : 'Dark'}</p>

      <Part title="Type">
        {SIZES.map(([size, text]) => (
          <p key={size} class={`${size} flex items-baseline gap-4`}>
            <span class="w-16 flex-none text-12 text-text-3">{text}</span>
            <span class="truncate">charge-payment failed after 3 attempts</span>
          </p>
        ))}
        <p class="mono mt-2 flex items-baseline gap-4 text-12">
          <span class="w-16 flex-none font-sans text-12 text-text-3">mono</span>exec_4fGh2kQ9 0123456789 {'{}'}
        </p>
      </Part>

      <Part title="Neutrals and action">
        <Swatches names={[...NEUTRALS, ...ACTION]} />
      </Part>
      <Part title="State: text, bar">
        <ul class="grid grid-cols-2 gap-x-6 gap-y-1 text-12 sm:grid-cols-4">
          {STATES.map((name) => (
            <li key={name} class="flex items-center gap-2">
              <span class="h-3.5 w-10 rounded-[3px]" style={{ background: `var(--${name}-bar)` }} />
              <span class="font-medium" style={{ color: `var(--${name})` }}>
                {name}
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title="JSON">
        <Swatches names={JSON_COLOURS} />
      </Part>

      <Part title="Status of executions and steps">
        <div class="grid grid-cols-2 gap-y-1 sm:grid-cols-3">
          {[...new Set([...EXECUTION_STATUSES, ...STEP_STATUSES])].map((status) => (
            <Status key={status} status={status} />
          ))}
        </div>
      </Part>

      <Part title="Levels of log lines">
        <div class="flex flex-wrap gap-5 text-13">
          {LOG_LEVELS.map((level) => (
            <span key={level} class="inline-flex items-center gap-2">
              <LevelMark level={level} />
              {levelWord(level)}
            </span>
          ))}
        </div>
      </Part>

      <Part title="Buttons">
        <div class="flex flex-wrap items-center gap-2">
          <button type="button" class="btn btn-primary">
            Resume undoing
          </button>
          <button type="button" class="btn">
            Show more
          </button>
          <button type="button" class="btn btn-danger">
            Cancel
          </button>
          <button type="button" class="btn btn-quiet">
            Clear
          </button>
          <button type="button" class="btn" disabled>
            Loading
          </button>
          <button type="button" class="btn btn-icon" aria-label="Copy">
            <Icon name="copy" />
          </button>
          <button type="button" class="btn btn-small">
            Small
          </button>
        </div>
      </Part>

      <Part title="Fields and switches">
        <div class="flex flex-wrap items-center gap-2">
          <input class="field w-[180px]" placeholder="Id, pipeline or error" aria-label="Sample field" />
          <input class="field w-[120px]" aria-invalid="true" value="not a key" aria-label="Sample field with an error" />
          <FilterSelect name="sample" label="Sample choice" all="Any status" options={named(['failed'])} />
          <ToggleLink href="#on" on label="Live" />
          <ToggleLink href="#off" on={false} label="Live" />
          <kbd class="kbd">/</kbd>
          <kbd class="kbd">Enter</kbd>
        </div>
      </Part>

      <Part title="Tabs">
        <Tabs
          label="Sample tabs"
          panel={`sample-panel-${theme}`}
          current={tab.value}
          choose={choose}
          tabs={[
            { name: 'input', label: 'Input' },
            { name: 'output', label: 'Output' },
            { name: 'attempts', label: 'Attempts', count: 3 },
          ]}
        />
        <p id={`sample-panel-${theme}`} role="tabpanel" aria-label={tab.value} class="py-2 text-13 text-text-2">
          What {tab.value} holds
        </p>
      </Part>

      <Part title="Head of a page">
        <Crumbs
          trail={[
            { href: '#applications', label: 'Applications' },
            { href: '#orders', label: 'orders' },
          ]}
        />
        <div class="rounded-md border border-line">
          <PageHeader
            title="Secrets"
            note="In staging"
            actions={
              <>
                <button type="button" class="btn">
                  Export
                </button>
                <button type="button" class="btn btn-primary">
                  New secret
                </button>
              </>
            }
          />
        </div>
      </Part>

      <Part title="Lists and settings">
        <SampleLists theme={theme} />
      </Part>

      <Part title="Dialogs and toasts">
        <div class="mb-3 flex flex-wrap items-center gap-2">
          <Dialog label="Open a dialog" title="New instance of order">
            <form method="dialog">
              <p class="text-13 text-text-2">What is needed, in as few fields as it takes.</p>
              <DialogActions>
                <button type="submit" class="btn">
                  Close
                </button>
              </DialogActions>
            </form>
          </Dialog>
          <Confirm label="Discard" title="Discard the letter" verb="Discard" keep="Keep it" act={discard}>
            <p>Nothing is run for it any more. The execution and its log stay.</p>
          </Confirm>
        </div>
        <div class="grid justify-items-start gap-2">
          <ToastCard toast={{ text: 'STRIPE_KEY has another value.' }} />
          <ToastCard toast={{ text: 'The replay is on its way.', href: '#toast', link: 'Open it' }} />
        </div>
      </Part>

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
    </section>
  );
});

const Part = ({ title, children }: { title: string; children?: unknown }) => (
  <div class="mb-8">
    <h2 class="mb-3 border-b border-line pb-1 text-13 font-medium text-text-2">{title}</h2>
    {children as never}
  </div>
);

const Swatches = ({ names }: { names: string[] }) => (
  <ul class="grid grid-cols-2 gap-x-6 gap-y-1 text-12 sm:grid-cols-4">
    {names.map((name) => (
      <li key={name} class="flex items-center gap-2">
        <span class="h-6 w-6 flex-none rounded border border-line-strong" style={{ background: `var(--${name})` }} />
        <span class="text-text-2">{name}</span>
      </li>
    ))}
  </ul>
);
