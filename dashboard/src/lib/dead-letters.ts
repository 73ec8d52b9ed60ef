/** Where the pages of dead letters are, and the paths of the API behind them. */
import type { DeadLetterStatus } from '#contracts/execution';

export interface LetterPlace {
  workflow: string;
  pipeline: string;
  environment: string;
  /** Absent: home. */
  region?: string | undefined;
}

export const LETTER_TABS: { status: DeadLetterStatus | undefined; label: string }[] = [
  { status: 'waiting', label: 'Waiting' },
  { status: 'replayed', label: 'Replayed' },
  { status: 'discarded', label: 'Discarded' },
  { status: undefined, label: 'All' },
];

/** The page of a pipeline's letters. `waiting` is what it shows by itself. */
export function lettersPage({ workflow, pipeline, environment, region }: LetterPlace, status: DeadLetterStatus | undefined = 'waiting'): string {
  const query = new URLSearchParams({ pipeline: `${workflow}.${pipeline}` });
  if (environment !== 'production') query.set('environment', environment);
  if (status !== 'waiting') query.set('status', status ?? 'all');
  if (region !== undefined) query.set('region', region);
  return `/dead-letters?${query}`;
}

export function letterPage(place: LetterPlace, id: string): string {
  const { workflow, pipeline, environment, region } = place;
  return `/dead-letters/${id}?${new URLSearchParams({ pipeline: `${workflow}.${pipeline}`, environment, ...(region === undefined ? {} : { region }) })}`;
}

/** `{pipeline}[/{rest}]` of the API, in its environment; the region goes along as a header. */
export function lettersApi({ workflow, pipeline, environment }: LetterPlace, rest = ''): string {
  return `/api/v1/dlq/pipelines/${encodeURIComponent(`${workflow}.${pipeline}`)}${rest}?environment=${encodeURIComponent(environment)}`;
}
