/** Where on the drawing a step can be put. */
import type { Drawing } from '../../graph/drawing';
import { END } from '../../graph/pipeline-scope';
import type { Flow, Lane, StepList } from './outline';
import type { Spot } from './places';

export interface PlacedSpot extends Spot {
  id: string;
  /** In words, for those who do not see it. */
  label: string;
  /** Its middle, px. */
  x: number;
  y: number;
}

/** From the middle of a place to the card below it: clear of what stands on the line. */
const ABOVE = 14;

export function spotsOf(flow: Flow, drawing: Drawing): PlacedSpot[] {
  const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
  const lanes = new Map(drawing.lanes.map((lane) => [lane.id, lane]));
  const end = nodes.get(END)!;
  const last = { x: end.x + end.width / 2, y: end.y - ABOVE };
  return [...inList(flow.list, last, `at the end of ${flow.label}`)];

  function* inList(list: StepList, behind: { x: number; y: number }, words: string): Generator<PlacedSpot> {
    for (const [index, step] of list.steps.entries()) {
      const node = nodes.get(step.id)!;
      yield spot(list, index, `before ${step.name}`, node.x + node.width / 2, node.y - ABOVE);
      if (step.lanes[0]?.alone) {
        yield* step.lanes.flatMap((lane) => [...lane.list.steps].flatMap((one) => [...inLanes(one.lanes)]));
        const place = lanes.get(step.lanes.at(-1)!.id)!;
        const taken = step.lanes.reduce((sum, lane) => sum + lane.list.steps.length, 0);
        yield spot(step.lanes[0]!.list, taken, `as one more branch of ${step.name}`, place.x + place.width + 6, place.y + place.height / 2);
      } else yield* inLanes(step.lanes);
    }
    yield spot(list, list.steps.length, words, behind.x, behind.y);
  }

  function* inLanes(all: readonly Lane[]): Generator<PlacedSpot> {
    for (const lane of all) {
      const place = lanes.get(lane.id)!;
      const empty = lane.list.steps.length === 0;
      const behind = { x: place.x + place.width / 2, y: empty ? place.y + place.height / 2 + 6 : place.y + place.height - 2 };
      yield* inList(lane.list, behind, `at the end of ${lane.label}`);
    }
  }
}

function spot(list: StepList, index: number, label: string, x: number, y: number): PlacedSpot {
  return { id: `${list.path.join('/')}#${index}`, list: list.path, index, label, x: Math.round(x), y: Math.round(y) };
}
