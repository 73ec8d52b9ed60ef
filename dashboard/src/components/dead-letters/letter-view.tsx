/** One dead letter: what started it, what it failed on, and what can be done about it. */
import { component$ } from '@builder.io/qwik';
import { LetterActions } from '~/components/dead-letters/letter-actions';
import { Copy, shortId } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import { type ActorNames, actorWords } from '~/lib/actors';
import type { LetterDetail } from '~/lib/api-types';
import { lettersPage } from '~/lib/dead-letters';

interface Props {
  letter: LetterDetail;
  names: ActorNames;
  /** Where it lies; absent: home. */
  region?: string | undefined;
  now: number;
}

export const LetterView = component$<Props>(({ letter, names, region, now }) => (
  <>
    <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
      <Crumbs
        trail={[
          { href: region === undefined ? '/dead-letters' : `/dead-letters?region=${region}`, label: 'Dead letters' },
          { href: lettersPage({ ...letter, region }), label: `${letter.workflow}.${letter.pipeline}` },
        ]}
      />
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 class="min-w-0 text-20 font-semibold wrap-anywhere">{headingOf(letter)}</h1>
        {letter.status === 'waiting' && (
          <div class="sm:ml-auto">
            <LetterActions letter={letter} region={region} />
          </div>
        )}
      </div>
      <p class="mt-1 max-w-[80ch] text-14 text-bad">{letter.error.message}</p>
      <p class="mt-1 text-13 text-text-2">
        {letter.attempts > 0 && `${letter.event ? 'Tried' : 'Called'} ${letter.attempts === 1 ? 'once' : `${letter.attempts} times`}. `}
        {standing(letter, names)}{' '}
        {letter.replayed_as && (
          <a class="link mono text-12" href={`/executions/${letter.replayed_as}`} title={letter.replayed_as}>
            {shortId(letter.replayed_as)}
          </a>
        )}
      </p>
      <dl class="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-13">
        {letter.event ? (
          <>
            <Fact name="Topic">{letter.event.topic}</Fact>
            <Fact name="Event">
              <Copy text={letter.event.id} shown={shortId(letter.event.id)} label="Event id" class="mono text-12" always />
            </Fact>
          </>
        ) : (
          <Fact name="Execution">
            <a class="link mono text-12" href={`/executions/${letter.id}`} title={letter.id}>
              {shortId(letter.id)}
            </a>
            <Copy text={letter.id} shown="" label="Execution id" class="ml-1" always />
          </Fact>
        )}
        <Fact name="Failed">
          <Moment at={letter.failed_at} now={now} />
        </Fact>
        <Fact name="Leaves the list">
          <Moment at={letter.expires_at} now={now} />
        </Fact>
        <Fact name="Trigger">{letter.trigger}</Fact>
        <Fact name="Version">{String(letter.version)}</Fact>
        <Fact name="Environment">{letter.environment}</Fact>
      </dl>
    </header>
    <div class="grid grid-cols-[minmax(0,1fr)] gap-8 px-3 py-5 sm:px-4 lg:grid-cols-2">
      <section>
        <h2 class="mb-2 text-14 font-semibold">{letter.event ? 'The event' : 'What started it'}</h2>
        <JsonView value={letter.trigger_data} label={letter.event ? 'The event' : 'What started the execution'} />
      </section>
      {letter.error_details !== undefined && (
        <section>
          <h2 class="mb-2 text-14 font-semibold">What it failed on</h2>
          <JsonView value={letter.error_details} label="The error" />
        </section>
      )}
    </div>
  </>
));

function headingOf({ event, step }: LetterDetail): string {
  if (event) return `${event.topic} was not delivered`;
  return step ? `${step} failed` : 'Failed';
}

function standing(letter: LetterDetail, names: ActorNames): string {
  const by = actorWords(letter.closed_by ?? '', names);
  switch (letter.status) {
    case 'waiting':
      return 'It waits for somebody to look at it.';
    case 'replayed':
      return `Replayed by ${by} as`;
    case 'discarded':
      return `Discarded by ${by}.`;
  }
}

const Fact = ({ name, children }: { name: string; children?: unknown }) => (
  <div class="flex items-center gap-1.5">
    <dt class="text-text-3">{name}</dt>
    <dd class="flex items-center">{children as never}</dd>
  </div>
);
