/** What some steps need in an isolate before they can run or their programs be checked. */
import type { StepCatalog } from '#contracts/step';

const seen = new WeakSet<object>();

export function isLoaded(definition: object): boolean {
  return seen.has(definition);
}

/** Loads what the steps of a definition need. Costs nothing for a definition that was seen before. */
export async function loadFor(definition: object, catalog: StepCatalog): Promise<void> {
  if (seen.has(definition)) return;
  const needed = [...catalog.values()].filter(({ load }) => load);
  const text = needed.length === 0 ? '' : JSON.stringify(definition);
  await Promise.all(needed.map(({ type, load }) => (text.includes(JSON.stringify(type)) ? load!() : undefined)));
  seen.add(definition);
}
