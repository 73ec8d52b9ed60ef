/** Runs of documents that are not stored: in memory, with mocks; nothing goes out, nothing is kept. */
import { stringify } from 'yaml';
import { MOST_TRIAL_EVENTS, trialRequest, trialSchema } from '#contracts/api-trial';
import { errorInfo, Problem } from '#contracts/problems';
import { createEvaluator } from '#language/evaluator';
import { didYouMean } from '#language/nearest';
import { loadFor } from '#steps/loading';
import { stepCatalog, steps } from '#steps/registry';
import { runPipeline } from '#trial/run';
import { Sides } from '#trial/sides';
import { compileDocument } from '#workers/api/compile-document';
import { sentFiles } from '#workers/api/document-files';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { reachedWorkflow, withFilesOf } from '#workers/api/workflow-files';
import { regionsFor } from '#workers/regions/platform';

const evaluator = createEvaluator(steps, stepCatalog);

const attempt = endpoint({
  route: 'POST /workflows/try',
  weight: 'heavy',
  audited: false,
  tag: 'Definitions',
  summary: 'Try a document without storing it',
  description:
    "Runs one of its pipelines in memory, by the platform's own engine, with a clock that jumps over everything that waits. Effects come to what `mocks` says of them; one that it says nothing of fails with `step_not_mocked`. What would undo a step goes well unless there is a mock for `<step>.compensate`. Nothing goes out, and nothing is kept.",
  body: trialRequest,
  answer: trialSchema,
  answers: { 200: { description: 'How it went', schema: trialSchema } },
  problems: ['invalid_definition', 'unknown_workflow', 'unknown_pipeline', 'body_too_large', 'invalid_json'],
  async handle(call) {
    const { config, name, workflow, pipeline, trigger_data, mocks = {}, signals, now } = call.body;
    const source = typeof config === 'string' ? config : stringify(config, { aliasDuplicateObjects: false });
    const earlier = workflow === undefined ? undefined : await reachedWorkflow(call, workflow);
    const files = earlier && (await withFilesOf(call, { source, files: await sentFiles({}) }, earlier));
    const { definition, outline } = await compileDocument({ source, name, files, regions: await regionsFor(call.env, source) });
    if (!Object.hasOwn(definition.pipelines, pipeline)) {
      const known = Object.keys(definition.pipelines);
      throw new Problem('unknown_pipeline', `The document has no pipeline ${pipeline.slice(0, 100)}. ${didYouMean(pipeline, known)}`);
    }
    await loadFor(definition, stepCatalog);
    const sides = new Sides(mocks, (step) => ({
      kind: 'failed',
      error: { ...errorInfo('step_not_mocked', `${step} has an effect, and no mock.`), retryable: false },
    }));
    const order = { pipeline, trigger: trigger_data, signals, now: now === undefined ? call.now : Date.parse(now), most_events: MOST_TRIAL_EVENTS };
    const { timeline, ended, ended_at, answer, effects, unmocked, refused } = runPipeline(definition, evaluator, order, sides);
    const response = answer ? { status: answer.status, headers: answer.headers, body: answer.body } : null;
    const run = { timeline, ended, clock: new Date(ended_at).toISOString(), response, effects, unmocked: [...new Set(unmocked)], refused };
    return { body: { ...run, outline: outline.pipelines.find((one) => one.name === pipeline)! } };
  },
});

export const trialEndpoints: AnyEndpoint[] = [attempt];
