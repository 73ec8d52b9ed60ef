/** The state of a key: a shape and a word. */
import type { KeyState } from '#contracts/key-store';
import { type AnyStatus, StatusMark } from '~/components/ui/status-mark';
import { KEY_STATE_WORDS } from '~/lib/key-filters';

const MARKS: { readonly [state in KeyState]: AnyStatus } = { running: 'running', answered: 'completed', expired: 'skipped' };

export const KeyStateMark = ({ state }: { state: KeyState }) => (
  <span class="status" data-status={MARKS[state]}>
    <StatusMark status={MARKS[state]} />
    {KEY_STATE_WORDS[state]}
  </span>
);
