/**
 * What a document holds and where, for whoever writes it: pipelines of every spelling with their steps, modules, and the
 * files that it names.
 *
 * Invariants
 * 1. It comes from the reading that makes the definition: names and indexes are those of the pipelines that would run.
 * 2. It is there for a document with mistakes, too, as far as that could be read.
 */
import type { ActivityNode, Node } from '#contracts/graph';
import { isJsonObject } from '#contracts/json';
import type { NamedFile, Outline, OutlinePipeline, OutlineStep } from '#contracts/outline';
import type { Application } from '#language/application';
import type { Checker } from '#language/checker';
import type { StepSite } from '#language/compile-graph';
import type { CompiledPipeline } from '#language/compile-pipeline';
import { filesOf } from '#language/referenced-files';
import type { Range } from '#language/source';

export function outlineOf(app: Application): Outline {
  return {
    pipelines: [...app.pipelines.values()].map((compiled) => pipelineOf(app, compiled)),
    modules: app.modules.names(),
    files: app.modules.all().flatMap((module): NamedFile[] => {
      const [line] = app.checker.report.position(module.at.keyRange[0]);
      return filesOf(module.facts, module.config).map((path) => ({ path, module: module.name, line }));
    }),
  };
}

function pipelineOf({ checker, table }: Application, { pipeline, at, sites }: CompiledPipeline): OutlinePipeline {
  const { name, trigger } = pipeline;
  const route = table.routes.find((each) => each.pipeline === name);
  return {
    name,
    trigger: trigger.type,
    ...(route ? { route: `${route.method} ${route.path}` } : {}),
    ...linesOf(checker, [at.keyRange[0], Math.max(at.keyRange[1], at.node.range[1])]),
    steps: sites.map((site) => stepOf(checker, site, pipeline.nodes[site.index])),
  };
}

function stepOf(checker: Checker, { name, type = '', index, range }: StepSite, node: Node | undefined): OutlineStep {
  const facts = checker.catalogs.steps.get(type);
  const effect = facts?.kind === 'activity' && !facts.pure;
  const waits = facts?.kind === 'activity' && facts.waits ? { waits: waitOf(facts.waits, node) } : {};
  return { name, type, index, effect, ...waits, ...linesOf(checker, range) };
}

function waitOf(waits: NonNullable<ActivityNode['waits']>, node: Node | undefined): NonNullable<OutlineStep['waits']> {
  const form = node?.kind === 'activity' ? node.config.form : undefined;
  return { decides: waits === 'guarded', ...(isJsonObject(form) ? { form } : {}) };
}

/** Blank lines at the end belong to nobody. */
function linesOf({ report }: Checker, [start, end]: Range): { line: number; end_line: number } {
  const written = report.text.slice(start, end).trimEnd();
  return { line: report.position(start)[0], end_line: report.position(start + Math.max(0, written.length - 1))[0] };
}
