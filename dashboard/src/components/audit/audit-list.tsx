/** Entries of the audit log, newest first; each opens to what was before and after. */
import { component$ } from '@builder.io/qwik';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import { type ActorNames, actorWords } from '~/lib/actors';
import type { AuditItem } from '~/lib/api-types';

const HEADS = ['When', 'By', 'Action', 'On', 'Answer'];

export const AuditList = component$<{ entries: AuditItem[]; names: ActorNames; now: number }>(({ entries, names, now }) => (
  <ul>
    <li class="audit-line border-b border-line text-12 font-medium text-text-3 max-md:hidden" aria-hidden="true">
      <span />
      {HEADS.map((head) => (
        <span key={head}>{head}</span>
      ))}
    </li>
    {entries.map((entry) => (
      <li key={entry.seq} class="border-b border-line">
        <details class="audit-entry">
          <summary class="audit-line min-h-9 py-2 text-13">
            <Icon name="chevron" size={12} class="audit-mark" />
            <span class="text-text-2">
              <Moment at={entry.at} now={now} />
            </span>
            <span class="truncate" title={`${entry.actor}, ${entry.role}`}>
              {actorWords(entry.actor, names)}
            </span>
            <span class="flex min-w-0 flex-wrap items-baseline gap-x-2 overflow-hidden md:flex-nowrap" title={entry.action}>
              {entry.summary && <span class="truncate">{entry.summary}</span>}
              <span class={entry.summary ? 'mono truncate text-12 text-text-3' : 'truncate'}>{entry.action}</span>
            </span>
            <span class="mono truncate text-12 text-text-2" title={entry.target}>
              {entry.target}
            </span>
            <span class={entry.status >= 400 ? 'text-bad' : 'text-text-3'}>{entry.status >= 400 ? `refused, ${entry.status}` : entry.status}</span>
          </summary>
          <div class="grid gap-4 px-3 pb-4 sm:px-4 md:grid-cols-2">
            {(['before', 'after'] as const).map((side) => (
              <div key={side} class="min-w-0">
                <h3 class="mb-1 text-12 text-text-3">{side === 'before' ? 'Before' : 'After'}</h3>
                {entry[side] ? (
                  <JsonView value={entry[side]} label={side === 'before' ? 'Before' : 'After'} />
                ) : (
                  <p class="text-13 text-text-3">Nothing noted</p>
                )}
              </div>
            ))}
            <p class="text-12 text-text-3 md:col-span-2">
              Entry {entry.seq}, request <span class="mono">{entry.request_id}</span>
              {entry.address ? `, from ${entry.address}` : ''}
              {entry.via ? `, by ${entry.via}` : ''}, as {entry.role}. Hash <span class="mono break-all">{entry.hash}</span>
            </p>
          </div>
        </details>
      </li>
    ))}
  </ul>
));
