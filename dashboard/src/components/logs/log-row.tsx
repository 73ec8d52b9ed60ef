/** One line of a log, and all that it says when it is open. Inline, not a component: it has no state of its own. */
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { LevelMark } from '~/components/ui/level-mark';
import type { LogItem } from '~/lib/api-types';
import { gistOfLine, keyOfLine, pageOfLine, timeOfLine } from '~/lib/log-lines';
import { formatExact } from '~/lib/time';

interface Props {
  line: LogItem;
  now: number;
  open: boolean;
  isNew?: boolean;
  /** Where it is known whose line it is: without the step, and without a link to its execution. */
  plain?: boolean;
  /** Of one execution: which that is need not be said. */
  ofOne?: boolean;
}

export const LogRow = ({ line, now, open, isNew, plain, ofOne }: Props) => (
  <li key={keyOfLine(line)} class="log-row" data-level={line.level} data-key={keyOfLine(line)} data-new={isNew ? 'true' : undefined}>
    <div class="log-line" data-plain={plain ? 'true' : undefined}>
      <button
        type="button"
        class="json-toggle"
        data-open
        aria-expanded={open ? 'true' : 'false'}
        aria-label={`All of the line of ${formatExact(line.timestamp)}: ${line.message.slice(0, 80)}`}
      >
        <Icon name="chevron" size={12} />
      </button>
      <LevelMark level={line.level} />
      <time class="mono text-12 whitespace-nowrap text-text-2" dateTime={line.timestamp} title={formatExact(line.timestamp)}>
        {timeOfLine(line, now)}
      </time>
      {!plain && (
        <span class="min-w-0 truncate text-text-2" title={`${line.workflow}.${line.pipeline}${line.step ? `, step ${line.step}` : ''}`}>
          {!ofOne && <span class={line.step ? 'text-text-3' : ''}>{line.pipeline}</span>}
          {!ofOne && line.step && <span class="text-text-3"> / </span>}
          {line.step}
        </span>
      )}
      <span class="log-message min-w-0 truncate">
        {plain ? (
          line.message
        ) : (
          <a class="row-link" href={pageOfLine(line)} title={line.message}>
            {line.message}
          </a>
        )}
        <span class="mono ml-3 text-12 text-text-3">{gistOfLine(line)}</span>
      </span>
    </div>
    {open && (
      <div class="border-t border-line bg-sunken px-3 py-2 sm:pl-10">
        <p class="mb-2 text-13 break-words whitespace-pre-wrap">{line.message}</p>
        {!plain && (
          <p class="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-12">
            <a class="link mono" href={pageOfLine(line)}>
              {line.execution_id}
            </a>
            <a class="link" href={`/executions/${line.execution_id}?view=events`}>
              event {line.sequence_num}
            </a>
          </p>
        )}
        <JsonView value={line as never} label="All of the line" />
      </div>
    )}
  </li>
);
