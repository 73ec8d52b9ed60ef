/** Browser only: live messages by SSE. The browser reconnects by itself; what it cannot mend is tried again here. */
import { EVENT_CODES } from '#contracts/events';
import type { LogItem } from './api-types';
import { type Filters, liveQuery } from './filters';
import type { LiveData } from './live-rows';

export type ConnectionState = 'on' | 'lost';

const RETRY_MS = 5000;

type OnState = (state: ConnectionState) => void;

/** Events of executions, until the answer is called. */
export function listen(query: URLSearchParams, onMessage: (event: string, data: LiveData) => void, onState: OnState): () => void {
  return connected(`/api/v1/executions/live?${query}`, Object.keys(EVENT_CODES), (type, data) => onMessage(type, data as unknown as LiveData), onState);
}

/** All executions that the list's filters let through; the status is left out, for a status changes. */
export function listenAll(filters: Filters, onMessage: (event: string, data: LiveData) => void, onState: OnState): () => void {
  return listen(liveQuery(filters), onMessage, onState);
}

/** Lines of logs, until the answer is called. */
export function listenToLines(query: URLSearchParams, onLine: (line: LogItem) => void, onState: OnState): () => void {
  return connected(`/api/v1/logs/live?${query}`, ['log'], (_, data) => onLine(data as unknown as LogItem), onState);
}

/**
 * Listens until the answer is called. `onState('lost')` when the connection broke, `onState('on')` when it stands (again);
 * messages in between are lost, so whoever shows a state asks for it anew then. While the page is hidden nothing is
 * connected, which lets the other side sleep.
 */
function connected(path: string, types: string[], onMessage: (type: string, data: { execution_id: string }) => void, onState: OnState): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    clearTimeout(timer);
    source?.close();
    if (document.hidden) return;
    source = new EventSource(path);
    source.onopen = () => onState('on');
    source.onerror = () => {
      onState('lost');
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    };
    for (const type of types) {
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

function parse(text: string): { execution_id: string } | undefined {
  try {
    const data = JSON.parse(text) as { execution_id?: unknown } | null;
    return typeof data === 'object' && data !== null && typeof data.execution_id === 'string' ? (data as { execution_id: string }) : undefined;
  } catch {
    return undefined;
  }
}
