/** The level of a line as a shape, so that it can be told without its colour: point, ring, triangle, cross. The word is there for who does not see it. */
import type { LogLevel } from '#contracts/log-level';

const WORDS: Record<LogLevel, string> = { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' };

export function levelWord(level: LogLevel): string {
  return WORDS[level];
}

/** Rendered inline, not as a component: a log of a thousand lines has no thousand boundaries. */
export const LevelMark = ({ level }: { level: LogLevel }) => (
  <span class="level-mark" data-level={level} title={WORDS[level]}>
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" aria-hidden="true" focusable="false">
      {shape(level)}
    </svg>
    <span class="sr-only">{WORDS[level]}</span>
  </span>
);

function shape(level: LogLevel) {
  switch (level) {
    case 'debug':
      return <circle cx="7" cy="7" r="2" fill="currentColor" />;
    case 'info':
      return <circle cx="7" cy="7" r="4.5" stroke="currentColor" stroke-width="1.6" />;
    case 'warn':
      return (
        <>
          <path d="M7 1.2 13.4 12.400H.6z" fill="currentColor" />
          <path d="M7 5.200v3.400M7 10.500v.2" stroke="var(--bg)" stroke-width="1.5" stroke-linecap="round" />
        </>
      );
    case 'error':
      return (
        <>
          <rect x="0.5" y="0.5" width="13" height="13" rx="3" fill="currentColor" />
          <path d="M4.7 4.700l4.6 4.600M9.3 4.7 4.7 9.3" stroke="var(--bg)" stroke-width="1.6" stroke-linecap="round" />
        </>
      );
  }
}
