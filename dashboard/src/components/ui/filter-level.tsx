/** The lowest level of lines that a form of filters lets through. A light part, as `FilterSelect`. */
import { LOG_LEVELS, type LogLevel } from '#contracts/log-level';
import { FilterSelect } from '~/components/ui/filter-select';
import { levelWord } from '~/components/ui/level-mark';

/** The lowest of all is no choice: that is any level. */
const OPTIONS = LOG_LEVELS.filter((level) => level !== 'debug').map(
  (level) => [level, level === 'error' ? 'Errors' : `${levelWord(level)} and above`] as const,
);

export const FilterLevel = ({ value }: { value: LogLevel | undefined }) => (
  <FilterSelect name="level" label="Lowest level" all="Any level" value={value} options={OPTIONS} />
);
