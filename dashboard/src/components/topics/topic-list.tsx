/** Topics of the bus: who takes them, who publishes them, and how many executions wait for one. */
import { component$, type QRL } from '@builder.io/qwik';
import type { TopicItem } from '~/lib/api-types';

export const TopicList = component$<{ topics: TopicItem[]; publish$: QRL<(topic: string) => void> }>(({ topics, publish$ }) => (
  <ul>
    {topics.map(({ topic, environment, subscribers, publishers, waiting = 0 }) => (
      <li key={topic} class="border-b border-line px-3 py-3 text-13 sm:px-4">
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
          <code class="mono font-medium break-all">{topic}</code>
          {waiting > 0 && <span class="text-text-2">{waitingWords(waiting)}</span>}
          {!topic.includes('*') && (
            <button
              type="button"
              class="btn btn-small ml-auto"
              aria-label={`Publish ${topic}`}
              aria-haspopup="dialog"
              data-command={`Publish ${topic}`}
              onClick$={() => publish$(topic)}
            >
              Publish
            </button>
          )}
        </div>
        <dl class="mt-2 grid gap-x-6 gap-y-1 text-text-2 sm:grid-cols-2">
          <div>
            <dt class="text-text-3">Starts</dt>
            {subscribers.length === 0 && <dd>nothing</dd>}
            {subscribers.map(({ workflow, pipeline, by, filter, event }) => (
              <dd key={`${workflow}/${pipeline}/${by ?? ''}/${filter ?? ''}/${event ?? ''}`} class="break-words">
                <a class="link" href={executionsOf(workflow, pipeline, environment)}>
                  {workflow}.{pipeline}
                </a>
                {by !== undefined && (
                  <>
                    {' by '}
                    <code class="mono text-12">{by}</code>
                  </>
                )}
                {event !== undefined && ` where the data names ${event}`}
                {filter !== undefined && (
                  <>
                    {' where '}
                    <code class="mono text-12">{filter}</code>
                  </>
                )}
              </dd>
            ))}
          </div>
          <div>
            <dt class="text-text-3">Published by</dt>
            {publishers.length === 0 && <dd>no step that names it</dd>}
            {publishers.map(({ workflow, pipeline, step }) => (
              <dd key={`${workflow}/${pipeline}/${step}`} class="break-words">
                <a class="link" href={executionsOf(workflow, pipeline, environment)}>
                  {workflow}.{pipeline}
                </a>
                {`, ${step}`}
              </dd>
            ))}
          </div>
        </dl>
      </li>
    ))}
  </ul>
));

/** What became of the last ones. */
function executionsOf(workflow: string, pipeline: string, environment: string): string {
  return `/executions?${new URLSearchParams({ workflow, pipeline, ...(environment === 'production' ? {} : { environment }) })}`;
}

function waitingWords(waiting: number): string {
  if (waiting === 1) return 'one execution waits for it';
  return waiting >= 100 ? '100 executions or more wait for it' : `${waiting} executions wait for it`;
}
