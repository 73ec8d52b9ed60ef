/** Where executions of an application live, line by line, as its page says it. Pure. */
import type { Definition } from '#contracts/definition';
import type { ResidencyMatch } from '#contracts/residency';

export interface ResidencyLine {
  name: string;
  /** For which starts. */
  when: string;
  /** A region, or what it is made of. */
  region: string;
  /** Where the definition may go. */
  leaves: string;
}

/** Pipelines that say it themselves first: the rules are not asked for them. */
export function residencyLines(definition: Pick<Definition, 'pipelines' | 'residency'> | undefined): ResidencyLine[] {
  const own = Object.values(definition?.pipelines ?? {}).flatMap(({ name, residency }) =>
    residency === undefined ? [] : [{ name, when: 'every start of this pipeline', region: residency, leaves: 'as the company lets it' }],
  );
  const rules = (definition?.residency ?? []).map(({ name, match, region, replication }) => ({
    name,
    when: matchWords(match),
    region,
    leaves: replication === 'none' ? 'to no other region' : replication === 'cross-region' ? 'to every region' : 'as the company lets it',
  }));
  return [...own, ...rules];
}

function matchWords({ fields = [], expression }: ResidencyMatch): string {
  if (expression !== undefined) return expression;
  return fields.map(({ path, values }) => `${path} is ${values.join(' or ')}`).join(', ') || 'every start';
}
