/** `validate FILE...`: everything the compiler has to say of documents, without a platform. */
import { type Command, FAILED, OK } from '#cli/command';
import { checkDocument } from '#cli/document';
import { countOf, printDiagnostics } from '#cli/print-diagnostics';

export const validate: Command = {
  name: 'validate',
  summary: 'Checks documents offline and prints every mistake with its place',
  positionals: ['FILE...'],
  options: {},
  async run({ positionals }, around) {
    let code = OK;
    for (const file of positionals) {
      const { source, definition, diagnostics } = await checkDocument(file, around);
      if (diagnostics.length > 0) around.out(`${printDiagnostics(diagnostics, { file, source, colours: around.colours })}\n`);
      const count = countOf(diagnostics);
      if (definition) around.out(`${file} is valid: ${contentsOf(definition)}${count === '' ? '' : `; ${count}`}.`);
      else {
        around.out(`${file} is not valid: ${count}.`);
        code = FAILED;
      }
    }
    return code;
  },
};

function contentsOf({ name, pipelines, routes }: { name: string; pipelines: object; routes: readonly unknown[] }): string {
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${name}, ${counted(Object.keys(pipelines).length, 'pipeline')}, ${counted(routes.length, 'route')}`;
}
