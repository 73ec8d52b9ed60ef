/** The columns that breakpoints and mocks of all pipelines have in common: where, by whom, since when and until when. */
import { Actor } from '~/components/ui/actor';
import type { Column } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import { type BoardPlace, debuggingPath } from '~/lib/board-filters';
import { pipelineWords } from '~/lib/environment';

interface Listed extends BoardPlace {
  step: string;
  created_by: string;
  created_at: string;
  expires_at: string | null;
}

/** The step leads to where the pipeline's entries are set. */
export function placeColumns<T extends Listed>(): Column<T>[] {
  return [
    {
      title: 'Step',
      class: 'truncate font-medium',
      cell: (entry) => (
        <a class="row-link" href={debuggingPath(entry)} title={entry.step}>
          {entry.step}
        </a>
      ),
    },
    {
      title: 'Pipeline',
      width: '20%',
      phone: 'plain',
      class: 'truncate text-text-2',
      cell: (entry) => <span title={pipelineWords(entry)}>{pipelineWords(entry)}</span>,
    },
  ];
}

export function standingColumns<T extends Listed>(names: ActorNames, now: number): Column<T>[] {
  return [
    { title: 'Set by', width: '11%', class: 'truncate text-text-2', cell: ({ created_by }) => <Actor by={created_by} names={names} /> },
    { title: 'Set', width: '110px', from: 'lg', phone: 'none', class: 'text-text-2', cell: ({ created_at }) => <Moment at={created_at} now={now} /> },
    {
      title: 'Ends',
      width: '120px',
      class: 'text-text-2',
      cell: ({ expires_at }) => (expires_at === null ? 'when removed' : <Moment at={expires_at} now={now} />),
    },
  ];
}
