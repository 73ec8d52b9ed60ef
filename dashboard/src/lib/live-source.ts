/** Browser only: live messages by SSE. The browser reconnects by itself; what it cannot mend is tried again here. */
import { EVENT_CODES } from '#contracts/events';
import type { Filters } from './filters';
import type { LiveData } from './live-rows';

export type ConnectionState = 'on' | 'lost';

const RETRY_MS = 5000;

/**
 * Listens until the answer is called. `onState('lost')` when the connection broke, `onState('on')` when it stands (again);
 * messages in between are lost, so whoever shows a state asks for it anew then. While the page is hidden nothing is
 * connected, which lets the other side sleep.
 */
export function listen(query: URLSearchParams, onMessage: (event: string, data: LiveData) => void, onState: (state: ConnectionState) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    clearTimeout(timer);
    source?.close();
    if (document.hidden) return;
    source = new EventSource(`/api/v1/executions/live?${query}`);
    source.onopen = () => onState('on');
    source.onerror = () => {
      onState('lost');
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    };
    for (const type of Object.keys(EVENT_CODES)) {
      source.addEventListener(type, (message) => {
        const data = parse(message.data);
        if (data) onMessage(type, data);
      });
    }
  };
  const onVisibility = () => {
    if (document.hidden) {
      source?.close();
      onState('lost');
    } else connect();
  };
  document.addEventListener('visibilitychange', onVisibility);
  connect();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(timer);
    source?.close();
  };
}

/** All executions that the list's filters let through; the status is left out, for a status changes. */
export function listenAll(filters: Filters, onMessage: (event: string, data: LiveData) => void, onState: (state: ConnectionState) => void): () => void {
  const query = new URLSearchParams();
  if (filters.workflow) query.set('workflow', filters.workflow);
  if (filters.pipeline) query.set('pipeline', filters.pipeline);
  return listen(query, onMessage, onState);
}

function parse(text: string): LiveData | undefined {
  try {
    const data = JSON.parse(text) as LiveData;
    return typeof data === 'object' && data !== null && typeof data.execution_id === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}
