/** The palette's order: step types by what they do, and of those what is searched for. */
import { isBlock, type StepType } from './catalog';

export interface TypeGroup {
  name: string;
  types: StepType[];
}

const GROUPS: readonly [name: string, holds: (type: StepType) => boolean][] = [
  ['Ways and loops', (type) => isBlock(type) || type.kind === 'conditional'],
  ['Answers', (type) => type.responds],
  ['Waiting', (type) => type.waits],
  ['Data and checks', (type) => type.pure],
  ['Calls and stores', () => true],
];

export function groupsOf(types: readonly StepType[], wanted: string): TypeGroup[] {
  const words = wanted
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter(Boolean);
  const fits = ({ type, summary }: StepType) => words.every((word) => `${type} ${summary}`.toLowerCase().includes(word));
  const groups = GROUPS.map(([name]): TypeGroup => ({ name, types: [] }));
  for (const type of types) {
    if (fits(type)) groups[GROUPS.findIndex(([, holds]) => holds(type))]!.types.push(type);
  }
  const named = (type: StepType) => words.length > 0 && words.every((word) => type.type.includes(word));
  for (const group of groups) group.types.sort((left, right) => Number(named(right)) - Number(named(left)) || left.type.localeCompare(right.type));
  // What is named as it is searched for stands first.
  return groups.filter((group) => group.types.length > 0).sort((left, right) => Number(named(right.types[0]!)) - Number(named(left.types[0]!)));
}
