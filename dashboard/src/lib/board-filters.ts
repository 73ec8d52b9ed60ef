/** Breakpoints and mocks of all pipelines: the filters of their page in its URL, and the addresses that their rows lead to. Pure. */
import { paramsOf, textOf, withParams } from './page-params';

export const BOARD_LISTS = ['breakpoints', 'mocks'] as const;
export type BoardList = (typeof BOARD_LISTS)[number];

export interface BoardFilters {
  list: BoardList;
  workflow?: string;
  pipeline?: string;
  environment?: string;
}

/** What a row says of its board. */
export interface BoardPlace {
  workflow: string;
  pipeline: string;
  environment: string;
}

const CHOSEN = ['workflow', 'pipeline', 'environment'] as const;

export function readBoardFilters(params: URLSearchParams): BoardFilters {
  const text = (name: string) => textOf(params, name);
  return {
    list: BOARD_LISTS.find((list) => list === text('list')) ?? 'breakpoints',
    workflow: text('workflow'),
    pipeline: text('pipeline'),
    environment: text('environment'),
  };
}

/** The page's own URL with some filters changed; it begins at the first. */
export function boardsPage(filters: BoardFilters, change: Partial<BoardFilters> = {}): string {
  const next = { ...filters, ...change };
  return withParams('/debugging', paramsOf({ ...next, list: next.list === 'breakpoints' ? undefined : next.list }, ['list', ...CHOSEN]));
}

export function isBoardFiltered(filters: BoardFilters): boolean {
  return CHOSEN.some((name) => filters[name] !== undefined);
}

/** Where entries of a pipeline are set. */
export function debuggingPath({ workflow, pipeline, environment }: BoardPlace): string {
  return `/applications/${encodeURIComponent(workflow)}/debugging?${new URLSearchParams({ pipeline, environment })}`;
}

/** The executions of a pipeline that are held. */
export function heldPath({ workflow, pipeline, environment }: BoardPlace): string {
  return `/executions?${new URLSearchParams({ status: 'paused', workflow, pipeline, environment })}`;
}

/** Of the API: one entry of a board. `part`: `breakpoints/{id}`, or `mock/{step}`. */
export function boardEntryApi({ workflow, pipeline, environment }: BoardPlace, part: readonly [kind: 'breakpoints' | 'mock', key: string]): string {
  const [kind, key] = part;
  return `/api/v1/pipelines/${encodeURIComponent(`${workflow}.${pipeline}`)}/${kind}/${encodeURIComponent(key)}?${new URLSearchParams({ environment })}`;
}
