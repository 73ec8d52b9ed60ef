/** What a version means for the executions that run, in words. */
import type { Impact } from '#contracts/migration';

export function impactSentence({ counts, next_cursor }: Pick<Impact, 'counts' | 'next_cursor'>): string {
  const { running, current, movable, blocked } = counts;
  if (running === 0) return 'No execution runs now.';
  const more = next_cursor === null ? '' : ' These are the first of them.';
  const older = movable + blocked;
  if (older === 0) return `${several(current)} on this version already.${more}`;
  const parts = [
    movable > 0 ? `${movable} can be moved` : undefined,
    blocked > 0 ? `${blocked} cannot` : undefined,
    current > 0 ? `${current} ${current === 1 ? 'runs' : 'run'} on this version already` : undefined,
  ].filter((part) => part !== undefined);
  return `${several(older)} on another version: ${parts.join(', ')}.${more}`;
}

function several(count: number): string {
  return count === 1 ? 'One execution runs' : `${count} executions run`;
}
