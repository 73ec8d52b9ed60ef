/** Entries of a history, the newest first: what happened, who caused it, what it brought along. */
import { component$ } from '@builder.io/qwik';
import { Actor } from '~/components/ui/actor';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { MachineHistoryItem } from '~/lib/api-types';

export const InstanceHistory = component$<{ items: MachineHistoryItem[]; names: ActorNames; now: number }>(({ items, names, now }) => (
  <ol class="border-t border-line" reversed>
    {[...items].reverse().map((item) => (
      <li key={item.seq} class="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line py-1 text-13">
        <span class="num w-8 flex-none text-right text-12 text-text-3">{item.seq}</span>
        <span class="font-medium">{item.kind === 'created' ? 'created' : item.transition}</span>
        <span class="text-text-2">{item.kind === 'created' ? `in ${item.to}` : `${item.from} to ${item.to}`}</span>
        {item.kind === 'moved' && item.auto && <span class="text-12 text-text-3">by itself</span>}
        {item.kind === 'moved' &&
          item.hooks?.map((id, index) => (
            <a key={id} class="link text-12" href={`/executions/${id}`}>
              hook{item.hooks!.length > 1 ? ` ${index + 1}` : ''}
            </a>
          ))}
        {item.execution_id && (
          <a class="link text-12" href={`/executions/${item.execution_id}`}>
            execution
          </a>
        )}
        <span class="ml-auto flex gap-3 text-text-2">
          {!item.execution_id && (
            <span class="max-w-[180px] truncate">
              <Actor by={item.by} names={names} />
            </span>
          )}
          <Moment at={item.at} now={now} />
        </span>
        {Object.keys(item.data).length > 0 && <code class="mono basis-full truncate pl-11 text-12 text-text-3">{JSON.stringify(item.data)}</code>}
      </li>
    ))}
  </ol>
));
