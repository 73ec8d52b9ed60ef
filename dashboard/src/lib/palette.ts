/** What the command palette offers, and which of it fits what was typed. Pure. */
export interface Entry {
  group: string;
  label: string;
  /** Found by, too, and shown beside the label. */
  hint?: string;
  /** Where it leads; without it `run` says what it does. */
  href?: string;
  run?: string;
}

const MOST = 12;

/** All words have to be there; what begins with the text comes first, then what has a word that does. The order stays otherwise. */
export function fitting(entries: readonly Entry[], text: string, most = MOST): Entry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return entries.slice(0, most);
  const words = wanted.split(/\s+/);
  const scored: { entry: Entry; score: number }[] = [];
  for (const entry of entries) {
    const label = entry.label.toLowerCase();
    const all = `${label} ${entry.group.toLowerCase()} ${entry.hint?.toLowerCase() ?? ''}`;
    if (!words.every((word) => all.includes(word))) continue;
    const score = label.startsWith(wanted) ? 0 : label.split(/[\s-]+/).some((word) => word.startsWith(words[0]!)) ? 1 : label.includes(wanted) ? 2 : 3;
    scored.push({ entry, score });
  }
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}

const EXECUTION = /exec_[0-9A-Za-z]{43}/;

/** The id of an execution anywhere in the text: a whole line of a log may be pasted. */
export function executionIn(text: string): string | undefined {
  return EXECUTION.exec(text)?.[0];
}
