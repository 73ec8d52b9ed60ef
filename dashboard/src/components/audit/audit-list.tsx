import { component$ } from '@builder.io/qwik';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import type { AuditItem } from '~/lib/api-types';

export const AuditList = component$<{ entries: AuditItem[]; now: number }>(({ entries, now }) => (
  <ul>
    {entries.map((entry) => (
      <li key={entry.seq} class="border-b border-line">
        <details class="audit-entry">
          <summary class="grid min-h-9 grid-cols-[72px_minmax(0,1fr)] items-center gap-x-3 px-3 py-2 text-13 sm:px-4 md:grid-cols-[88px_140px_minmax(0,1fr)_minmax(0,1fr)_104px]">
            <span class="text-text-2">
              <Moment at={entry.at} now={now} />
            </span>
            <span class="truncate" title={`${entry.actor}, ${entry.role}`}>
              {entry.actor}
            </span>
            <span class="truncate max-md:col-start-2">{entry.action}</span>
            <span class="mono truncate text-12 text-text-2 max-md:col-start-2" title={entry.target}>
              {entry.target}
            </span>
            <span class={entry.status >= 400 ? 'text-bad max-md:col-start-2' : 'text-text-3 max-md:col-start-2'}>
              {entry.status >= 400 ? `refused, ${entry.status}` : entry.status}
            </span>
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
