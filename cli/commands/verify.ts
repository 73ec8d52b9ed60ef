/** `verify FILE`: whether an exported execution is whole and unchanged, without a platform. */
import { type Command, FAILED, Failure, OK } from '#cli/command';
import { readExportFile } from '#cli/export-file';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import type { PortableExecution } from '#portable/read';
import { stepCatalog } from '#steps/registry';

export const verify: Command = {
  name: 'verify',
  summary: 'Checks an exported execution offline: every link, every value, the state',
  positionals: ['FILE'],
  options: {
    seal: { type: 'string', value: 'HASH', about: 'The seal that the file must have, as it was noted when it was exported' },
  },
  async run(given, around) {
    const file = given.positionals[0]!;
    const read = await readExportFile(file, around);
    const { header, seal, hash } = read;
    const wanted = given.options.seal;
    if (wanted !== undefined && wanted !== hash) throw new Failure(`${file} is whole, but it is not the file with the seal ${wanted}: its seal is ${hash}.`);
    const payloads = header.content === 'archive' ? 'its large values lie elsewhere' : `${seal.payloads} large ${seal.payloads === 1 ? 'value' : 'values'}`;
    around.out(`${file} is whole: ${header.execution_id} of ${header.workflow}.${header.pipeline}, ${seal.status}, ${seal.events} events, ${payloads}.`);
    around.out(`seal ${hash}`);
    const forged = await otherSources(read);
    for (const one of forged) around.note(`The definition ${one} is not what its source compiles to.`);
    return forged.length > 0 ? FAILED : OK;
  },
};

/** Hashes of definitions whose source is another document's. */
async function otherSources({ definitions }: PortableExecution): Promise<string[]> {
  const forged: string[] = [];
  for (const { hash, definition, source } of definitions) {
    if (source === undefined) continue;
    const compiled = await compile(source, { steps: stepCatalog, modules: moduleCatalog }, { name: definition.name });
    // What this version does not compile any more says nothing about the file.
    if (compiled.definition && compiled.definition.hash !== hash) forged.push(hash);
  }
  return forged;
}
