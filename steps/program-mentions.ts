/** From the places of its input that a program looks at, in whichever language, to the steps that it names. */
import type { Json } from '#contracts/json';
import type { StepMention } from '#contracts/step';

interface InputRead {
  keys: readonly string[];
  at: number;
  end: number;
}

/** `from`: the path that its input lies at; absent: it is the whole context. */
export function stepsNamed(reads: readonly InputRead[], from?: Json): StepMention[] {
  const steps = from === undefined ? ['steps'] : from === 'steps' ? [] : undefined;
  if (!steps) return [];
  return reads.flatMap(({ keys, at, end }) => {
    const within = keys.length === steps.length + 1 && steps.every((key, index) => keys[index] === key);
    return within ? [{ step: keys[keys.length - 1]!, start: at, end }] : [];
  });
}
