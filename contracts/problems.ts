/**
 * Every error the platform can name, in one table. Nobody matches on message text: code decides.
 * Served as RFC 9457 problem details.
 */
import type { Json } from '#contracts/json';

export type Fault = 'user' | 'platform' | 'upstream';

export interface ProblemKind {
  /** HTTP status when it is answered to a caller. */
  status: number;
  title: string;
  /** Whether the same call may succeed later, unchanged. */
  retryable: boolean;
  fault: Fault;
  hint?: string;
  /** An HTTP pipeline that fails with it answers with its status, not with `execution_failed`. */
  passes?: true;
}

export const PROBLEMS = {
  // The door
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false, fault: 'user' },
  invalid_json: { status: 400, title: 'The body is not valid JSON', retryable: false, fault: 'user' },
  invalid_id: {
    status: 400,
    title: 'The id has not the form of an id',
    retryable: false,
    fault: 'user',
    hint: 'Copy the id from the answer that created the resource or from a list.',
  },
  unknown_query_key: { status: 400, title: 'Unknown query key', retryable: false, fault: 'user' },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not valid',
    retryable: false,
    fault: 'user',
    hint: 'Take next_cursor from the previous page, or leave cursor out to start again.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid key',
    retryable: false,
    fault: 'user',
    hint: 'Send the header Authorization: Bearer <key>.',
    passes: true,
  },
  forbidden: { status: 403, title: 'The key may not do this', retryable: false, fault: 'user', passes: true },
  not_found: { status: 404, title: 'Not found', retryable: false, fault: 'user' },
  unknown_tenant: { status: 404, title: 'No such tenant', retryable: false, fault: 'user' },
  unknown_workflow: { status: 404, title: 'No such workflow', retryable: false, fault: 'user' },
  unknown_pipeline: { status: 404, title: 'No such pipeline', retryable: false, fault: 'user' },
  unknown_organization: { status: 404, title: 'No such organization', retryable: false, fault: 'user' },
  unknown_project: { status: 404, title: 'No such project', retryable: false, fault: 'user' },
  unknown_member: {
    status: 404,
    title: 'No such person or service account',
    retryable: false,
    fault: 'user',
    hint: 'Invite people by POST /api/v1/invitations; make a service account by POST /api/v1/service-accounts.',
  },
  unknown_invitation: { status: 404, title: 'No such invitation', retryable: false, fault: 'user' },
  unknown_route: { status: 404, title: 'No route answers this method and path', retryable: false, fault: 'user' },
  unknown_execution: { status: 404, title: 'No such execution', retryable: false, fault: 'user' },
  unknown_dead_letter: { status: 404, title: 'No such dead letter', retryable: false, fault: 'user' },
  unknown_machine: { status: 404, title: 'No such state machine', retryable: false, fault: 'user' },
  unknown_instance: { status: 404, title: 'No such instance of the state machine', retryable: false, fault: 'user', passes: true },
  unknown_item: { status: 404, title: 'No such item', retryable: false, fault: 'user', passes: true },
  item_exists: { status: 409, title: 'An item of this id exists', retryable: false, fault: 'user', passes: true },
  unknown_schedule: { status: 404, title: 'No such schedule', retryable: false, fault: 'user', hint: 'GET /api/v1/schedules lists them.' },
  unknown_deployment: { status: 404, title: 'No such deployment', retryable: false, fault: 'user' },
  method_not_allowed: { status: 405, title: 'The path exists, but not with this method', retryable: false, fault: 'user' },
  workflow_exists: {
    status: 409,
    title: 'A workflow of this name exists',
    retryable: false,
    fault: 'user',
    hint: 'PUT /api/v1/workflows/{id} makes the next version.',
  },
  tenant_exists: { status: 409, title: 'A tenant of this slug exists', retryable: false, fault: 'user' },
  name_taken: { status: 409, title: 'The name is taken', retryable: false, fault: 'user', hint: 'Choose another name.' },
  not_empty: { status: 409, title: 'Something is still in it', retryable: false, fault: 'user', hint: 'Move or delete what is in it first.' },
  last_owner: {
    status: 409,
    title: 'The company would have no owner any more',
    retryable: false,
    fault: 'user',
    hint: 'Make somebody else an owner first.',
  },
  key_replaced: {
    status: 409,
    title: 'The key was rotated before',
    retryable: false,
    fault: 'user',
    hint: 'Rotate the key that took its place.',
  },
  limit_reached: {
    status: 409,
    title: 'The company has as many of these as it may have',
    retryable: false,
    fault: 'user',
    hint: 'Remove what is not needed any more.',
  },
  ambiguous_pipeline: {
    status: 409,
    title: 'Several workflows have a pipeline of this name',
    retryable: false,
    fault: 'user',
    hint: 'Write it as workflow.pipeline.',
  },
  instance_exists: { status: 409, title: 'An instance of this id exists', retryable: false, fault: 'user', passes: true },
  wrong_state: { status: 409, title: 'The transition does not lead out of the present state', retryable: false, fault: 'user', passes: true },
  state_changed: {
    status: 409,
    title: 'The instance is not in the state that was expected',
    retryable: false,
    fault: 'user',
    hint: 'Read the instance again and decide anew.',
    passes: true,
  },
  transition_in_progress: {
    status: 409,
    title: 'Another transition of this instance is under way',
    retryable: true,
    fault: 'user',
    hint: 'Try again in a moment.',
    passes: true,
  },
  key_reused: {
    status: 409,
    title: 'The idempotency key was used for something else',
    retryable: false,
    fault: 'user',
    hint: 'Use a new key for a new transition.',
    passes: true,
  },
  execution_finished: { status: 409, title: 'The execution has already ended', retryable: false, fault: 'user' },
  not_movable: {
    status: 409,
    title: 'The execution cannot be moved to this version',
    retryable: false,
    fault: 'user',
    hint: 'It goes on with the version that it runs on. GET /api/v1/workflows/{id}/versions/{version}/impact says why.',
  },
  read_only: { status: 409, title: 'The execution was imported: it can be looked at, and never runs', retryable: false, fault: 'user' },
  not_resumable: { status: 409, title: 'The execution is not waiting to be resumed', retryable: false, fault: 'user' },
  not_deployed: {
    status: 409,
    title: 'The workflow is not deployed in this environment',
    retryable: false,
    fault: 'user',
    hint: 'POST /api/v1/deployments {workflow_id, version, environment}.',
  },
  deployment_not_active: {
    status: 409,
    title: 'The deployment is not the one that runs',
    retryable: false,
    fault: 'user',
    hint: 'GET /api/v1/deployments?status=active lists those that run.',
  },
  step_never_ran: {
    status: 409,
    title: 'The step never ran in this execution',
    retryable: false,
    fault: 'user',
    hint: 'Name a step that ran; the timeline of the execution shows them.',
  },
  dead_letter_closed: { status: 409, title: 'The dead letter is closed', retryable: false, fault: 'user' },
  dead_letter_not_replayable: {
    status: 409,
    title: 'Dead letters of this pipeline may not be replayed',
    retryable: false,
    fault: 'user',
    hint: 'dead_letter.replayable is false in its definition. Discard the letter, or start the pipeline anew.',
  },
  already_paused: { status: 409, title: 'The execution is already paused', retryable: false, fault: 'user' },
  not_pausable: {
    status: 409,
    title: 'The execution is being undone, which cannot be paused',
    retryable: false,
    fault: 'user',
  },
  not_at_breakpoint: {
    status: 409,
    title: 'The execution is not held at a breakpoint',
    retryable: false,
    fault: 'user',
    hint: 'GET /api/v1/executions/{id} shows where it stands.',
  },
  still_running: {
    status: 409,
    title: 'Other steps of the execution are still under way',
    retryable: true,
    fault: 'user',
    hint: 'Try again once they have come to their end.',
  },
  not_waiting: { status: 409, title: 'The step does not wait for this now', retryable: false, fault: 'user' },
  unknown_signal: { status: 404, title: 'No step of the pipeline waits for this', retryable: false, fault: 'user' },
  too_many_signals: { status: 409, title: 'Too many signals are kept for steps that have not begun', retryable: true, fault: 'user' },
  not_an_approver: { status: 403, title: 'The caller is not among the approvers', retryable: false, fault: 'user' },
  unknown_breakpoint: { status: 404, title: 'No such breakpoint', retryable: false, fault: 'user' },
  unknown_mock: { status: 404, title: 'No such mock', retryable: false, fault: 'user' },
  too_many_entries: {
    status: 409,
    title: 'The board of this pipeline is full',
    retryable: false,
    fault: 'user',
    hint: 'Delete what is not needed any more.',
  },
  unknown_job: { status: 404, title: 'No such job', retryable: false, fault: 'user' },
  job_finished: { status: 409, title: 'The job has already ended', retryable: false, fault: 'user' },
  no_earlier_deployment: { status: 409, title: 'There is no earlier deployment to go back to', retryable: false, fault: 'user' },
  body_too_large: { status: 413, title: 'The body is too large', retryable: false, fault: 'user' },
  data_too_large: { status: 413, title: 'The data is too large', retryable: false, fault: 'user', passes: true },
  unsupported_media_type: { status: 415, title: 'The content type is not understood here', retryable: false, fault: 'user' },
  invalid_definition: {
    status: 422,
    title: 'The definition has mistakes',
    retryable: false,
    fault: 'user',
    hint: 'Each entry of errors has its line and column.',
  },
  invalid_export: {
    status: 422,
    title: 'The file is not an exported execution as it was written',
    retryable: false,
    fault: 'user',
    hint: 'Export the execution again, and transfer the file unchanged.',
  },
  unknown_message: { status: 422, title: 'The actor does not take such a message', retryable: false, fault: 'user' },
  actor_failed: {
    status: 500,
    title: 'The handler of the actor failed',
    retryable: false,
    fault: 'user',
    hint: 'Its execution shows why; the state of the actor stayed as it was.',
  },
  unknown_transition: { status: 422, title: 'The state machine has no such transition', retryable: false, fault: 'user', passes: true },
  guard_refused: { status: 422, title: 'The condition of the transition does not hold', retryable: false, fault: 'user', passes: true },
  endless_machine: {
    status: 422,
    title: 'The state machine would go on by itself without end',
    retryable: false,
    fault: 'user',
    hint: 'Look at the conditions of its automatic transitions.',
    passes: true,
  },
  transition_vetoed: {
    status: 422,
    title: 'A hook refused the transition',
    retryable: false,
    fault: 'user',
    hint: 'The execution of the hook shows why; nothing was changed.',
    passes: true,
  },
  invalid_condition: { status: 422, title: 'The condition is not an expression of the language', retryable: false, fault: 'user' },
  invalid_signal: { status: 422, title: 'The step does not take this answer', retryable: false, fault: 'user' },
  invalid_input: { status: 422, title: 'The step does not take this input', retryable: false, fault: 'user' },
  not_mockable: { status: 422, title: 'A step of this kind cannot be mocked', retryable: false, fault: 'user' },
  unknown_step: { status: 422, title: 'The pipeline has no such step', retryable: false, fault: 'user' },
  invalid_modification: {
    status: 422,
    title: 'The modification cannot be applied to this trigger',
    retryable: false,
    fault: 'user',
    hint: 'Send trigger_data to replace the whole trigger.',
  },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true, fault: 'user' },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    retryable: true,
    fault: 'platform',
    hint: 'Try again; tell us the request id if it stays.',
  },
  tenant_closed: { status: 410, title: 'The tenant is being erased', retryable: false, fault: 'user' },
  unknown_region: {
    status: 422,
    title: 'No such region',
    retryable: false,
    fault: 'user',
    hint: 'GET /healthz lists the regions of this platform.',
  },
  residency_refused: {
    status: 409,
    title: 'Nothing of this tenant leaves its region',
    retryable: false,
    fault: 'user',
    hint: 'The tenant has `replication: none`. Set it to `cross-region` (definitions only), or take `residency` out of the pipeline.',
  },
  other_region: {
    status: 409,
    title: 'What belongs together here lies in different regions',
    retryable: false,
    fault: 'user',
    hint: 'Data does not go from one region to another. Call such a pipeline without waiting for it, or compare executions of one region.',
  },
  not_replicated: { status: 409, title: 'The definition is not in this region yet', retryable: true, fault: 'platform' },
  region_unavailable: { status: 503, title: 'The region of this tenant does not answer', retryable: true, fault: 'platform' },

  // An execution, and its steps
  execution_failed: {
    status: 500,
    title: 'The execution failed',
    retryable: false,
    fault: 'user',
    hint: 'Open the execution: the failed step shows its input, error and attempts.',
  },
  execution_timeout: { status: 504, title: 'The pipeline took longer than its timeout', retryable: true, fault: 'user', passes: true },
  concurrency_conflict: {
    status: 409,
    title: 'Another execution has the place',
    retryable: true,
    fault: 'user',
    hint: 'The pipeline skips a start while others run. Try again once that execution has ended, or take on_conflict: queue.',
  },
  superseded: { status: 409, title: 'A later start took the place of this one', retryable: false, fault: 'user' },
  queue_full: {
    status: 429,
    title: 'Too many executions wait for their turn',
    retryable: true,
    fault: 'user',
    hint: 'Try again later, raise concurrency.max, or spread the work over a key.',
  },
  execution_cancelled: { status: 409, title: 'The execution was cancelled', retryable: false, fault: 'user' },
  validation_failed: { status: 400, title: 'The data does not satisfy the rules of a validate step', retryable: false, fault: 'user', passes: true },
  answer_invalid: {
    status: 500,
    title: 'The answer of the pipeline is not what the description of the application says',
    retryable: false,
    fault: 'user',
    hint: 'Mend the step that answers, or the description. The execution has ended, and what it did stays done.',
  },
  step_config_invalid: { status: 500, title: 'The settings of a step are not valid once its templates are filled in', retryable: false, fault: 'user' },
  template_error: { status: 500, title: 'A template could not be evaluated', retryable: false, fault: 'user' },
  missing_value: {
    status: 500,
    title: 'A template names a value that is not there',
    retryable: false,
    fault: 'user',
    hint: 'strict_templates is on: give a default, or write the name as it is.',
  },
  expression_error: { status: 500, title: 'A condition could not be evaluated', retryable: false, fault: 'user' },
  no_route_matched: {
    status: 500,
    title: 'No route of a conditional matched, and it has no default',
    retryable: false,
    fault: 'user',
    hint: 'Add a default route.',
  },
  schema_mismatch: {
    status: 400,
    title: 'The data do not have the shape that is asked for',
    retryable: false,
    fault: 'user',
    hint: 'Each entry of errors names a place in the data.',
    passes: true,
  },
  signature_invalid: { status: 401, title: 'The signature is not valid', retryable: false, fault: 'user', passes: true },
  graphql_failed: { status: 502, title: 'The GraphQL service answered with errors', retryable: false, fault: 'upstream' },
  secret_exists: {
    status: 409,
    title: 'A secret of this name exists',
    retryable: false,
    fault: 'user',
    hint: 'PUT /api/v1/secrets/{name} replaces its value.',
  },
  secret_changed: { status: 409, title: 'The secret was changed at the same moment', retryable: true, fault: 'user' },
  too_many_secrets: { status: 409, title: 'The tenant has as many secrets as it may have', retryable: false, fault: 'user' },
  secrets_unavailable: { status: 503, title: 'Secrets cannot be stored or read here', retryable: true, fault: 'platform' },
  sign_in_failed: {
    status: 401,
    title: 'The sign-in did not succeed',
    retryable: false,
    fault: 'user',
    hint: 'Check the company, the address and the password, or set a new password.',
  },
  second_factor_required: {
    status: 401,
    title: 'The account asks for a second factor',
    retryable: false,
    fault: 'user',
    hint: 'Send code: six digits of the authenticator, or a recovery code.',
  },
  second_factor_wrong: { status: 401, title: 'The code is not right, or was used before', retryable: false, fault: 'user', hint: 'Wait for the next code.' },
  second_factor_exists: { status: 409, title: 'The account has a second factor', retryable: false, fault: 'user', hint: 'Take it away first.' },
  no_second_factor: { status: 409, title: 'The account has no second factor', retryable: false, fault: 'user' },
  email_unverified: {
    status: 403,
    title: 'The address has not been verified',
    retryable: false,
    fault: 'user',
    hint: 'Open the link in the mail that was sent to it.',
  },
  account_disabled: { status: 403, title: 'The account is disabled', retryable: false, fault: 'user', hint: 'An admin of the company can enable it.' },
  session_ended: { status: 401, title: 'The session has ended', retryable: false, fault: 'user', hint: 'Sign in again.' },
  link_invalid: {
    status: 410,
    title: 'The link is not valid any more',
    retryable: false,
    fault: 'user',
    hint: 'It was used, has expired, or a newer one was sent. Ask for a new one.',
  },
  weak_password: {
    status: 422,
    title: 'The password is too easy to guess',
    retryable: false,
    fault: 'user',
    hint: 'Take a longer one that is used nowhere else.',
  },
  owner_exists: { status: 409, title: 'The company has an owner', retryable: false, fault: 'user', hint: 'Owners and admins invite people.' },
  user_exists: { status: 409, title: 'There is an account with this address', retryable: false, fault: 'user' },
  unknown_user: { status: 404, title: 'No such user', retryable: false, fault: 'user' },
  unknown_provider: { status: 404, title: 'No such identity provider', retryable: false, fault: 'user' },
  too_many_providers: { status: 409, title: 'The company has as many identity providers as it may have', retryable: false, fault: 'user' },
  provider_failed: {
    status: 502,
    title: 'The identity provider did not do its part',
    retryable: true,
    fault: 'upstream',
    hint: 'Try again; tell an owner of the company if it stays.',
  },
  not_invited: {
    status: 403,
    title: 'The identity provider knows you, but the company has not invited you',
    retryable: false,
    fault: 'user',
    hint: 'Ask an admin of the company for an invitation.',
  },
  mail_limit: {
    status: 429,
    title: 'The company has sent as many mails as it may within an hour',
    retryable: true,
    fault: 'user',
    hint: 'Try again in an hour.',
  },
  mail_unavailable: {
    status: 503,
    title: 'No way to send mail is set up here',
    retryable: false,
    fault: 'platform',
    hint: 'The operator sets SMTP_URL or binds EMAIL.',
  },
  secret_missing: { status: 500, title: 'A secret or environment value is not set', retryable: false, fault: 'user' },
  call_too_deep: {
    status: 422,
    title: 'Executions call each other too deeply',
    retryable: false,
    fault: 'user',
    hint: 'Look for a pipeline that calls itself without an end.',
  },
  call_failed: { status: 502, title: 'The execution that a step has called did not complete', retryable: false, fault: 'user' },
  not_a_list: { status: 422, title: 'What a foreach goes through is no list', retryable: false, fault: 'user', hint: 'Let collection name a list.' },
  too_many_items: {
    status: 422,
    title: 'A foreach has too many items',
    retryable: false,
    fault: 'user',
    hint: 'Go through them in parts, each in an execution of its own: step.workflow_call.',
  },
  results_too_large: {
    status: 422,
    title: 'The results of a block are too large',
    retryable: false,
    fault: 'user',
    hint: 'End its lanes with a step that gives back only what is needed later.',
  },
  loop_bound: {
    status: 422,
    title: 'A loop has gone round too often',
    retryable: false,
    fault: 'user',
    hint: 'Check its condition, or raise max_iterations.',
  },
  step_stopped: { status: 409, title: 'The step was stopped with the block around it', retryable: false, fault: 'user' },
  circuit_open: {
    status: 503,
    title: 'Calls to the other side are held back, for they kept failing',
    retryable: true,
    fault: 'upstream',
    hint: 'GET /api/v1/circuit-breakers/{name} shows why and until when. A fallback in circuit_breaker gives the step something to go on with.',
    passes: true,
  },
  unknown_breaker: {
    status: 404,
    title: 'No such circuit breaker',
    retryable: false,
    fault: 'user',
    hint: 'One is listed from its first failed call on; POST {"action": "open"} makes one by hand.',
  },
  step_timeout: { status: 504, title: 'The step took longer than its timeout', retryable: true, fault: 'upstream' },
  connection_failed: { status: 502, title: 'The other side could not be reached', retryable: true, fault: 'upstream' },
  upstream_status: { status: 502, title: 'The other side answered with an error', retryable: false, fault: 'upstream' },
  response_too_large: { status: 502, title: 'The answer of the other side is too large', retryable: false, fault: 'upstream' },
  port_refused: {
    status: 500,
    title: 'Calls to this port are refused here',
    retryable: false,
    fault: 'user',
    hint: 'Serve HTTP on another port: 80, 443, 8080 and 8443 are usual. Refused are those that browsers refuse.',
  },
  address_refused: { status: 500, title: 'Calls to private addresses are refused here', retryable: false, fault: 'user' },
  invalid_url: { status: 500, title: 'The URL is not valid', retryable: false, fault: 'user' },
  database_error: { status: 500, title: 'The database refused the statement', retryable: false, fault: 'user' },
  delivery_failed: {
    status: 500,
    title: 'An event could not be delivered to a pipeline that is subscribed to it',
    retryable: false,
    fault: 'user',
    hint: 'Mend what the message names, then replay the dead letter.',
  },
  publish_failed: { status: 502, title: 'The event could not be handed over', retryable: true, fault: 'platform' },
  jq_failed: { status: 500, title: 'A jq program raised an error', retryable: false, fault: 'user' },
  js_failed: { status: 500, title: 'A JavaScript function threw an error', retryable: false, fault: 'user' },
  program_limit: {
    status: 500,
    title: 'A program of a step took too long or too much memory',
    retryable: false,
    fault: 'user',
    hint: 'Give it less data at once, or look for a loop without an end.',
  },
  transform_failed: { status: 500, title: 'The transformation failed', retryable: false, fault: 'user' },
  parked: {
    status: 500,
    title: 'The execution ends its runtime every time it is run',
    retryable: false,
    fault: 'platform',
    hint: 'Look at the step that it stands at (the size of its values, first of all), then POST /api/v1/executions/{id}/resume tries again.',
  },
  compensation_failed: {
    status: 500,
    title: 'A compensation gave up',
    retryable: false,
    fault: 'upstream',
    hint: 'Mend the other side, then POST /api/v1/executions/{id}/resume tries again.',
  },
  not_recorded: {
    status: 409,
    title: 'The record has nothing for this step',
    retryable: false,
    fault: 'user',
    hint: 'A dry run takes every effect from its origin, and the origin did not have this one. Replay without dry_run to have it.',
  },
  unknown_step_type: { status: 500, title: 'No such step type', retryable: false, fault: 'user' },
  wait_timeout: { status: 504, title: 'What a step waited for did not come in time', retryable: false, fault: 'user' },
  approval_rejected: { status: 409, title: 'The approval was rejected', retryable: false, fault: 'user' },
  step_not_mocked: {
    status: 409,
    title: 'A mocked run came to a step with an effect that is not mocked',
    retryable: false,
    fault: 'user',
    hint: 'Give the step a mock: in such a run nothing goes out.',
  },
  step_failed: { status: 500, title: 'A step failed in an unforeseen way', retryable: false, fault: 'platform' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error as the log and the timeline keep it. `status` is the other side's HTTP status, where there is one. */
export interface ErrorInfo {
  code: ProblemCode;
  message: string;
  retryable: boolean;
  status?: number;
  hint?: string;
  /** Earliest sensible next attempt in ms from now, from the other side's Retry-After. */
  retry_after_ms?: number;
  details?: Json;
}

/** One fault inside a problem; for definitions with its place in the YAML (1-based). */
export interface ProblemDetail {
  code: string;
  message: string;
  path?: string;
  line?: number;
  column?: number;
  hint?: string;
}

/** RFC 9457 body. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  hint?: string;
  execution_id?: string;
  request_id?: string;
  errors?: ProblemDetail[];
  [extra: string]: unknown;
}

/** The one exception that carries a code across rooms. Its message may be shown to a caller. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors?: ProblemDetail[];
  readonly extra: Record<string, unknown>;

  constructor(code: ProblemCode, detail?: string, options: { errors?: ProblemDetail[]; extra?: Record<string, unknown>; cause?: unknown } = {}) {
    super(detail ?? PROBLEMS[code].title, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors;
    this.extra = options.extra ?? {};
  }

  body(): ProblemBody {
    const kind: ProblemKind = PROBLEMS[this.code];
    return {
      type: `https://workflow.dev/problems/${this.code}`,
      title: kind.title,
      status: kind.status,
      detail: this.message,
      code: this.code,
      ...(kind.hint ? { hint: kind.hint } : {}),
      ...this.extra,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

/** The log's form of an error, from its code. */
export function errorInfo(code: ProblemCode, message: string, more: Partial<Omit<ErrorInfo, 'code' | 'message'>> = {}): ErrorInfo {
  const kind: ProblemKind = PROBLEMS[code];
  return { code, message, retryable: kind.retryable, ...(kind.hint ? { hint: kind.hint } : {}), ...more };
}
