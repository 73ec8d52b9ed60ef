/**
 * All step types, by name. An explicit list: a step exists because it stands here, not because its file was imported.
 */

import { LIMITS } from '#contracts/limits';
import type { StepCatalog } from '#contracts/step';
import { actorAsk } from '#steps/actor-ask';
import { actorSend } from '#steps/actor-send';
import { approval } from '#steps/approval';
import { artifactDelete } from '#steps/artifact-delete';
import { artifactDownload } from '#steps/artifact-download';
import { artifactList } from '#steps/artifact-list';
import { artifactUpload } from '#steps/artifact-upload';
import { authValidate } from '#steps/auth-validate';
import { authzCheck } from '#steps/authz-check';
import { base64Decode, base64Encode } from '#steps/base64';
import { branch } from '#steps/branch';
import { cacheDelete } from '#steps/cache-delete';
import { cacheGet } from '#steps/cache-get';
import { cacheSet } from '#steps/cache-set';
import { circuitBreaker } from '#steps/circuit-breaker';
import { conditional } from '#steps/conditional';
import { continueAsNew } from '#steps/continue-as-new';
import { csvFormat, csvParse } from '#steps/csv';
import { dbExec } from '#steps/db-exec';
import { dbQuery } from '#steps/db-query';
import { factsOf, type StepDefinition } from '#steps/define-step';
import { delay } from '#steps/delay';
import { delegate } from '#steps/delegate';
import { eventPublish } from '#steps/event-publish';
import { fail } from '#steps/fail';
import { featureFlag } from '#steps/feature-flag';
import { ffGate } from '#steps/ff-gate';
import { foreach } from '#steps/foreach';
import { graphql } from '#steps/graphql';
import { hash } from '#steps/hash';
import { httpCall } from '#steps/http-call';
import { httpProxy } from '#steps/http-proxy';
import { jq } from '#steps/jq';
import { js } from '#steps/js';
import { jsonParse } from '#steps/json-parse';
import { jsonResponse } from '#steps/json-response';
import { log } from '#steps/log';
import { nosqlDelete } from '#steps/nosql-delete';
import { nosqlGet } from '#steps/nosql-get';
import { nosqlPut } from '#steps/nosql-put';
import { nosqlQuery } from '#steps/nosql-query';
import { parallel } from '#steps/parallel';
import { platformCall } from '#steps/platform-call';
import { publish } from '#steps/publish';
import { rawResponse } from '#steps/raw-response';
import { redirect } from '#steps/redirect';
import { regexMatch } from '#steps/regex-match';
import { requestParse } from '#steps/request-parse';
import { resilient } from '#steps/resilient';
import { resilientCircuitBreaker } from '#steps/resilient-circuit-breaker';
import { resource } from '#steps/resource';
import { retryWithBackoff } from '#steps/retry-with-backoff';
import { set } from '#steps/set';
import { slackMessage } from '#steps/slack-message';
import { stateGet } from '#steps/state-get';
import { stateSet } from '#steps/state-set';
import { statemachineCreate } from '#steps/statemachine-create';
import { statemachineGet } from '#steps/statemachine-get';
import { statemachineTransition } from '#steps/statemachine-transition';
import { tokenRevoke } from '#steps/token-revoke';
import { transform } from '#steps/transform';
import { validate } from '#steps/validate';
import { validatePagination, validatePathParam, validateRequestBody } from '#steps/validate-request';
import { waitForEvent } from '#steps/wait-for-event';
import { waitUntil } from '#steps/wait-until';
import { webhookSend } from '#steps/webhook-send';
import { webhookVerify } from '#steps/webhook-verify';
import { whileStep } from '#steps/while';
import { workflowCall } from '#steps/workflow-call';

const ALL: readonly StepDefinition[] = [
  actorAsk,
  actorSend,
  featureFlag,
  ffGate,
  httpProxy,
  stateGet,
  stateSet,
  artifactDelete,
  artifactDownload,
  artifactList,
  artifactUpload,
  cacheDelete,
  cacheGet,
  cacheSet,
  eventPublish,
  hash,
  nosqlDelete,
  nosqlGet,
  nosqlPut,
  nosqlQuery,
  redirect,
  regexMatch,
  approval,
  branch,
  conditional,
  dbExec,
  dbQuery,
  delay,
  foreach,
  httpCall,
  platformCall,
  jq,
  js,
  jsonResponse,
  log,
  parallel,
  publish,
  rawResponse,
  requestParse,
  retryWithBackoff,
  resilient,
  set,
  statemachineCreate,
  statemachineGet,
  statemachineTransition,
  transform,
  validate,
  base64Decode,
  base64Encode,
  csvFormat,
  csvParse,
  fail,
  graphql,
  jsonParse,
  slackMessage,
  validatePagination,
  validatePathParam,
  validateRequestBody,
  webhookSend,
  webhookVerify,
  waitForEvent,
  waitUntil,
  whileStep,
  circuitBreaker,
  resilientCircuitBreaker,
  continueAsNew,
  workflowCall,
  authValidate,
  tokenRevoke,
  authzCheck,
  delegate,
  resource,
];

/** Definitions by type, for those who run steps. */
export const steps: ReadonlyMap<string, StepDefinition> = new Map(ALL.map((step) => [step.type, step]));

/** Facts by type, for those who check documents. */
export const stepCatalog: StepCatalog = new Map(ALL.map((step) => [step.type, factsOf(step, LIMITS.defaultStepTimeoutMs)]));
