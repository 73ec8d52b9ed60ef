/** The search attributes of an execution, from what starts it. One that cannot be told is left out: nothing depends on it. */
import { ATTRIBUTE_VALUE_MAX, type Attributes } from '#contracts/attributes';
import { Problem } from '#contracts/problems';
import { renderAtStart } from '#workers/render-at-start';
import type { StartOrder } from '#workers/start';

export function attributesOf(order: StartOrder): Attributes | undefined {
  const templates = order.pipeline.attributes;
  if (!templates) return undefined;
  const found: Attributes = {};
  for (const [name, template] of Object.entries(templates)) {
    const value = filledIn(order, template, `attributes.${name}`);
    if (value) found[name] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function filledIn(order: StartOrder, template: string, where: string): string | undefined {
  try {
    const text = renderAtStart(order, template, where).trim().toWellFormed();
    // Not in the middle of a character.
    return text.slice(0, ATTRIBUTE_VALUE_MAX).replace(/[\uD800-\uDBFF]$/, '');
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
