import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { LetterList } from '~/components/dead-letters/letter-list';
import { PipelineDepths } from '~/components/dead-letters/pipeline-depths';
import { ReplayAll } from '~/components/dead-letters/replay-all';
import { ChoiceLinks } from '~/components/ui/choice-links';
import { EmptyState } from '~/components/ui/empty-state';
import { PageHeader } from '~/components/ui/page-header';
import { Pager } from '~/components/ui/pager';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { regionChoice } from '~/components/ui/region-choice';
import { failWith, get } from '~/lib/api';
import type { LetterItem, LetterStats, Page, ReplayAllItem } from '~/lib/api-types';
import { LETTER_TABS, lettersApi, lettersPage } from '~/lib/dead-letters';
import { knownRegions, regionOf } from '~/lib/known-regions';

export const useLetters = routeLoader$(async (event) => {
  const region = regionOf(event.query);
  const [stats, regions] = await Promise.all([get<LetterStats>(event, '/api/v1/dlq/stats', region), knownRegions(event)]);
  const now = Date.now();
  if (!stats.ok) {
    failWith(event, stats.problem);
    return { problem: stats.problem, regions, region };
  }
  const { pipelines } = stats.value;
  const wanted = event.query.get('pipeline');
  const environment = event.query.get('environment') ?? 'production';
  const named = pipelines.find((one) => `${one.workflow}.${one.pipeline}` === wanted && one.environment === environment);
  const first = named ?? pipelines.find(({ depth }) => depth > 0) ?? pipelines[0];
  if (!first) return { pipelines, now, regions, region };
  const shown = { ...first, region };
  const tab = LETTER_TABS.find(({ status }) => (status ?? 'all') === event.query.get('status')) ?? LETTER_TABS[0]!;
  const cursor = event.query.get('cursor');
  const query = `${tab.status ? `&status=${tab.status}` : ''}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
  const [letters, running] = await Promise.all([
    get<Page<LetterItem>>(event, `${lettersApi(shown)}&limit=50${query}`, region),
    get<ReplayAllItem>(event, lettersApi(shown, '/replay-all'), region),
  ]);
  if (!letters.ok) {
    failWith(event, letters.problem);
    return { problem: letters.problem, regions, region };
  }
  return {
    pipelines,
    now,
    regions,
    region,
    shown,
    status: tab.status,
    letters: letters.value,
    running: running.ok && running.value.status === 'running' ? running.value : undefined,
  };
});

export default component$(() => {
  const data = useLetters().value;
  if (data.problem) {
    return (
      <ProblemPanel page="Dead letters" problem={data.problem} heading="The dead letters could not be loaded">
        <a class="btn btn-primary" href="/dead-letters">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { pipelines, now, regions, region, shown, status, letters, running } = data;
  return (
    <>
      <PageHeader
        title="Dead letters"
        actions={
          shown && (
            <ReplayAll key={`${region ?? ''}/${shown.environment}/${shown.workflow}/${shown.pipeline}`} place={shown} depth={shown.depth} running={running} />
          )
        }
      />
      {regionChoice('/dead-letters', regions, region)}
      {!shown || !letters ? (
        <EmptyState heading="Nothing has failed for good">
          <p>
            When a pipeline that nobody waits for has used up its retries, what started it is kept here: to be looked at, replayed once the cause is fixed, or
            discarded.
          </p>
        </EmptyState>
      ) : (
        <>
          <PipelineDepths pipelines={pipelines} shown={shown} />
          <ChoiceLinks
            label="Which letters"
            class="border-b border-line px-3 py-2 sm:px-4"
            choices={LETTER_TABS.map((tab) => ({ label: tab.label, href: lettersPage(shown, tab.status), chosen: tab.status === status }))}
          />
          {letters.items.length === 0 ? (
            <EmptyState heading={status === 'waiting' ? 'No letter waits' : 'No such letter'}>
              <p>
                {status === 'waiting'
                  ? `What ${shown.workflow}.${shown.pipeline} left has been replayed or discarded.`
                  : 'Letters leave the list after the retention of their pipeline.'}
              </p>
            </EmptyState>
          ) : (
            <LetterList letters={letters.items} region={region} now={now} />
          )}
          <Pager next={letters.next_cursor} label="Older" />
        </>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Dead letters' };
