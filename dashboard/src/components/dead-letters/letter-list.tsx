import { component$ } from '@builder.io/qwik';
import { UNDELIVERED_ID } from '#contracts/undelivered';
import { Copy, shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import type { LetterItem } from '~/lib/api-types';
import { letterPage } from '~/lib/dead-letters';

/** An event that reached no execution. */
const isUndelivered = ({ id }: LetterItem) => UNDELIVERED_ID.test(id);
/** Where it failed. */
const placeOf = (letter: LetterItem) => (isUndelivered(letter) ? 'Delivery' : (letter.step ?? ''));

export const LetterList = component$<{ letters: LetterItem[]; now: number }>(({ letters, now }) => (
  <div>
    <table class="data table-fixed max-sm:hidden">
      <caption class="sr-only">Dead letters, newest first</caption>
      <thead>
        <tr>
          <th scope="col" style={{ width: '104px' }}>
            Letter
          </th>
          <th scope="col">Error</th>
          <th scope="col" style={{ width: '16%' }}>
            Step
          </th>
          <th scope="col" style={{ width: '92px' }} class="num">
            Attempts
          </th>
          <th scope="col" style={{ width: '180px' }} class="max-lg:hidden">
            Execution
          </th>
          <th scope="col" style={{ width: '96px' }}>
            Failed
          </th>
        </tr>
      </thead>
      <tbody class="rows">
        {letters.map((letter) => (
          <tr key={letter.id}>
            <td>
              <a class="row-link font-medium capitalize" href={letterPage(letter, letter.id)}>
                {letter.status}
              </a>
            </td>
            <td class="truncate" title={letter.error.message}>
              <span class="text-bad">{letter.error.message}</span>
            </td>
            <td class="truncate text-text-2">{placeOf(letter)}</td>
            <td class="num text-text-2">{letter.attempts}</td>
            <td class="max-lg:hidden">
              {isUndelivered(letter) ? (
                <span class="text-text-3">none</span>
              ) : (
                <Copy text={letter.id} shown={shortId(letter.id)} label="Execution id" class="mono text-12 text-text-2" />
              )}
            </td>
            <td class="text-text-2">
              <Moment at={letter.failed_at} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <ul class="sm:hidden">
      {letters.map((letter) => (
        <li key={letter.id}>
          <a class="block border-b border-line px-3 py-2 no-underline" href={letterPage(letter, letter.id)}>
            <span class="flex items-center justify-between gap-3">
              <span class="truncate font-medium">{placeOf(letter) || letter.pipeline}</span>
              <span class="flex-none text-13 text-text-2">
                <Moment at={letter.failed_at} now={now} />
              </span>
            </span>
            <span class="flex gap-3 text-13 text-text-2">
              <span class="flex-none capitalize">{letter.status}</span>
              <span class="truncate text-bad">{letter.error.message}</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  </div>
));
