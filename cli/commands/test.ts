/** `test FILE...`: runs the tests that stand beside applications, without a platform. */
import { dirname, join } from 'node:path';
import { type Command, FAILED, Failure, OK, type Surroundings } from '#cli/command';
import { checkDocument, readText } from '#cli/document';
import { countOf, printDiagnostics } from '#cli/print-diagnostics';
import { readTests } from '#cli/yaml-tests/document';
import { differences } from '#cli/yaml-tests/expectations';
import { machineDifferences } from '#cli/yaml-tests/machine';
import { scheduleDifferences } from '#cli/yaml-tests/schedule';
import type { Definition } from '#contracts/definition';
import type { YamlTest } from '#contracts/yaml-tests';
import { createEvaluator } from '#language/evaluator';
import { didYouMean } from '#language/nearest';
import { parseSource } from '#language/parse-source';
import { Report } from '#language/report';
import { toJson } from '#language/source';
import { loadFor } from '#steps/loading';
import { stepCatalog, steps } from '#steps/registry';
import { runPipeline, START } from '#trial/run';
import { Sides } from '#trial/sides';

export const test: Command = {
  name: 'test',
  summary: 'Runs the tests in *_test.yaml files offline, with the platform’s own engine',
  positionals: ['FILE...'],
  options: {},
  async run({ positionals }, around) {
    let failed = 0;
    let run = 0;
    for (const file of positionals) {
      const { definition, tests } = await read(file, around);
      for (const one of tests) {
        run++;
        const faults = await outcomeOf(definition, one);
        if (faults.length > 0) failed++;
        around.out(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${file}: ${one.name}`);
        for (const fault of faults) around.out(`       ${fault}`);
      }
    }
    around.out(`${run} test${run === 1 ? '' : 's'}, ${failed === 0 ? 'all passed' : `${failed} failed`}.`);
    return failed === 0 ? OK : FAILED;
  },
};

async function outcomeOf(definition: Definition, one: YamlTest): Promise<string[]> {
  const evaluator = createEvaluator(steps, stepCatalog);
  if ('machine' in one) {
    return unknown('machine', one.machine, Object.keys(definition.machines ?? {})) ?? (await machineDifferences(definition, evaluator, one));
  }
  if ('schedule' in one) {
    const names = (definition.schedules ?? []).map(({ name }) => name);
    return unknown('schedule', one.schedule, names) ?? (await scheduleDifferences(definition, evaluator, one));
  }
  const { pipeline, mocks = {}, now } = one;
  const order = { ...one, now: now === undefined ? START : Date.parse(now) };
  return (
    unknown('pipeline', pipeline, Object.keys(definition.pipelines)) ?? differences(one.expect, runPipeline(definition, evaluator, order, new Sides(mocks)))
  );
}

function unknown(what: string, name: string, known: readonly string[]): string[] | undefined {
  if (known.includes(name)) return undefined;
  const hint = didYouMean(name, known);
  return [`${what}: the application has none that is called "${name}". ${hint}`];
}

/** Throws Failure where the tests or their application cannot be read. */
async function read(file: string, around: Surroundings): Promise<{ definition: Definition; tests: YamlTest[] }> {
  const source = readText(file, around.cwd);
  const report = new Report(source);
  const root = parseSource(report);
  if (!root || report.diagnostics.some(({ severity }) => severity === 'error')) {
    throw new Failure(`${printDiagnostics(report.diagnostics, { file, source, colours: around.colours })}\n${file} is no YAML.`);
  }
  const parsed = readTests(toJson(root));
  if ('faults' in parsed) throw new Failure(`${file} is no file of tests:\n${parsed.faults.map((fault) => `  ${fault}`).join('\n')}`);
  const application = parsed.application === undefined ? file.replace(/_test(\.ya?ml)$/, '$1') : join(dirname(file), parsed.application);
  if (application === file) throw new Failure(`${file} does not say which application it tests: write application: FILE.`);
  const { definition, diagnostics, source: text } = await checkDocument(application, around);
  if (!definition) {
    throw new Failure(
      `${printDiagnostics(diagnostics, { file: application, source: text, colours: around.colours })}\n${application} is not valid: ${countOf(diagnostics)}.`,
    );
  }
  await loadFor(definition, stepCatalog);
  return { definition, tests: parsed.tests };
}
