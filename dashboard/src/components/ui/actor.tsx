/** Who did something: a name where it is known, with what is kept of them on hover. */
import { type ActorNames, actorWords } from '~/lib/actors';

export const Actor = ({ by, names }: { by: string; names: ActorNames }) => <span title={by}>{actorWords(by, names)}</span>;
