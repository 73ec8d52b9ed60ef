/** Type, colours and marks of states, as the design sheet shows them. */
import { component$ } from '@builder.io/qwik';
import { EXECUTION_STATUSES, STEP_STATUSES } from '#contracts/execution';
import { LOG_LEVELS } from '#contracts/log-level';
import { Part, Swatches } from '~/components/design/sheet-part';
import { LevelMark, levelWord } from '~/components/ui/level-mark';
import { Status } from '~/components/ui/status-mark';

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

export const SampleLooks = component$(() => (
  <>
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
  </>
));
