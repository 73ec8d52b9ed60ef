/**
 * What is done with each of the real applications once it is deployed. The table in docs/reference/cases.md is made of
 * this list, and test/workerd/cases.test.ts does what it says.
 */

export type Exercise =
  /** A request to the application. `as`: signed in by an account made at this path, or by a token signed with this key. */
  | { ask: string; body?: unknown; as?: { register: string } | { key: string }; status: number; gives?: unknown }
  /** A request that is sent on to another service. */
  | { proxy: string; to: string }
  /** An event on the bus, and the pipelines that it starts, directly or through what they publish. */
  | { event: string; data?: unknown; starts: string[] }
  /** A schedule, run now; how its execution ends. */
  | { job: string; ends: string }
  /** A module without a door: what templates read of it in the version that runs (`{{ config "module" "key" }}`). */
  | { reads: string; gives: Record<string, unknown> }
  /** A pipeline, started by the API; how its execution ends. */
  | { start: string; data?: unknown; ends: string };

export interface Case {
  /** Why it is refused; the rest are deployed. */
  refused?: string;
  /** Another of them that has to be there too, for it is called. */
  with?: string;
  /** Files of test/cases/specs that come with it as specs/…: its authors kept theirs elsewhere. */
  files?: string[];
  /** What is not there yet, so that the case does not load. */
  waits?: string;
  does: Exercise[];
}

const ok = (handler: string) => ({ handler, status: 'success' });
const user = { register: '/api/auth/register' };

export const CASES: { readonly [file: string]: Case } = {
  'actor-system-config.yaml': {
    does: [
      { ask: 'POST /orders', body: { order_id: 'o-1', items: [{ sku: 'a' }] }, status: 201, gives: { status: 'confirmed' } },
      { ask: 'GET /orders/o-1', status: 200, gives: { status: 'confirmed' } },
      { ask: 'POST /jobs', body: { job_id: 'j-1' }, status: 200, gives: { status: 'completed' } },
    ],
  },
  'advanced-scheduler-workflow.yaml': {
    does: [
      { job: 'system-stats-job', ends: 'completed' },
      { job: 'report-generator-job', ends: 'completed' },
    ],
  },
  'api-gateway-config.yaml': { does: [{ proxy: 'GET /anything', to: 'http://localhost:8091/anything' }] },
  'api-gateway-modular-config.yaml': {
    does: [
      { proxy: 'GET /api/orders/7', to: 'http://orders-service:8080/api/orders/7' },
      { proxy: 'GET /else', to: 'http://httpbin.org/else' },
    ],
  },
  'api-server-config.yaml': {
    does: [
      { ask: 'GET /api/users', status: 200, gives: ok('users-handler') },
      { ask: 'POST /api/products', body: {}, status: 200 },
    ],
  },
  'chat-platform_configs_api.yaml': {
    does: [
      { ask: 'GET /api/programs', status: 401 },
      { ask: 'POST /api/programs', body: { id: 'p-1', name: 'Night line' }, as: user, status: 201, gives: { id: 'p-1', name: 'Night line' } },
      { ask: 'GET /api/programs/p-1', as: user, status: 200, gives: { name: 'Night line' } },
      { ask: 'DELETE /api/programs/p-1', as: user, status: 204 },
    ],
  },
  'chat-platform_configs_conversation.yaml': {
    does: [
      { ask: 'POST /api/webhooks/twilio', body: { from: '+1', text: 'hello' }, status: 201, gives: { text: 'hello', state: 'new' } },
      { ask: 'GET /api/conversations', status: 401 },
      { ask: 'GET /healthz', status: 200 },
    ],
  },
  'chat-platform_configs_gateway.yaml': {
    does: [
      { proxy: 'GET /api/conversations/7', to: 'http://conversation:8082/api/conversations/7' },
      { ask: 'GET /healthz', status: 200 },
    ],
  },
  'chat-platform_workflow.yaml': {
    does: [
      { ask: 'POST /api/webchat/message', body: { text: 'hello' }, status: 201, gives: { text: 'hello', state: 'new' } },
      { ask: 'GET /api/affiliates', as: user, status: 200, gives: [] },
    ],
  },
  'data-pipeline-config.yaml': {
    does: [
      { ask: 'POST /api/data', body: { row: 1 }, status: 200, gives: ok('api-input') },
      { event: 'raw-input', data: { row: 2 }, starts: ['data-validation', 'data-transformation', 'data-enrichment', 'db-output', 'notification-output'] },
    ],
  },
  'data-sync-pipeline.yaml': {
    does: [
      { ask: 'POST /api/sync/trigger', body: {}, status: 202 },
      { ask: 'GET /api/health/deep', status: 202 },
    ],
  },
  'dependency-injection-example.yaml': {
    does: [
      { ask: 'GET /api/users', status: 200, gives: ok('user-http-handler') },
      { event: 'users-events', starts: ['audit-handler', 'notification-handler'] },
    ],
  },
  'docs-with-plugins_workflow.yaml': {
    does: [
      { ask: 'GET /api/orders', status: 401 },
      { ask: 'GET /api/orders', as: { register: '/auth/register' }, status: 200, gives: ok('orders-handler') },
      { ask: 'POST /api/orders/validate', body: {}, status: 401 },
      { event: 'order.shipped', starts: ['notification-handler'] },
    ],
  },
  'ecommerce-app_configs_gateway.yaml': { does: [{ proxy: 'GET /api/products', to: 'http://users-products:8080/api/products' }] },
  'ecommerce-app_configs_orders.yaml': {
    does: [
      { ask: 'GET /api/orders', status: 401 },
      { event: 'order.shipped', starts: ['notification-handler'] },
    ],
  },
  'ecommerce-app_configs_users-products.yaml': {
    does: [
      { ask: 'GET /api/products', status: 200, gives: [] },
      { ask: 'GET /api/auth/profile', as: user, status: 200, gives: { email: 'ann@example.com' } },
    ],
  },
  'ecommerce-app_workflow.yaml': {
    does: [
      { ask: 'POST /api/orders', body: { total: 5 }, as: user, status: 201, gives: { total: 5, state: 'failed' } },
      { ask: 'GET /api/products', status: 200, gives: [] },
      { event: 'order.created', starts: ['notification-handler'] },
    ],
  },
  'event-driven-workflow.yaml': { does: [{ ask: 'POST /api/events', body: { type: 'user.login.failed', userId: 'u' }, status: 200, gives: ok('event-api') }] },
  'event-processor-config.yaml': { does: [{ event: 'incoming-events', starts: ['event-receiver', 'event-notifier'] }] },
  'feature-flag-workflow.yaml': {
    does: [{ ask: 'POST /api/process', body: { user_id: 'u' }, status: 200 }],
  },
  'integration-workflow.yaml': {
    does: [
      { ask: 'GET /api/integrations', status: 200, gives: [] },
      { start: 'integration', data: { customerId: 'c-1' }, ends: 'failed' },
    ],
  },
  'license-validator.yaml': {
    does: [
      { reads: 'license', gives: { server_url: '', cache_ttl: '1h', grace_period: '72h' } },
      { ask: 'GET /openapi.json', status: 200, gives: { openapi: '3.1.0' } },
      { ask: 'GET /license', status: 404 },
    ],
  },
  'multi-workflow-config.yaml': {
    does: [
      { ask: 'GET /api/users', status: 401 },
      { ask: 'POST /api/users', body: { name: 'Ann' }, as: { key: 'my-secret-key' }, status: 201, gives: { name: 'Ann' } },
      { event: 'audit-logs', starts: ['audit-log-handler'] },
    ],
  },
  'multi-workflow-ecommerce_workflow-a-orders-with-branching.yaml': {
    does: [
      { ask: 'POST /api/orders', body: { items: [] }, status: 400 },
      { ask: 'POST /api/orders', body: { items: [1], total: 0 }, status: 422 },
      { ask: 'POST /api/orders', body: { items: [1], total: 5, priority: 'express' }, status: 200 },
    ],
  },
  'multi-workflow-ecommerce_workflow-a-orders.yaml': {
    does: [
      { ask: 'POST /api/orders', body: { id: 'o-1' }, status: 200, gives: ok('order-api') },
      { event: 'order.state_changed', starts: ['order-event-handler'] },
    ],
  },
  'multi-workflow-ecommerce_workflow-b-fulfillment-with-branching.yaml': {
    does: [{ event: 'order.validated', data: { available: 'true', shipping: { region: 'domestic' } }, starts: ['fulfillment-handler'] }],
  },
  'multi-workflow-ecommerce_workflow-b-fulfillment.yaml': {
    does: [{ event: 'order.validated', data: { id: 'o-1' }, starts: ['fulfillment-handler', 'fulfillment-lifecycle-start_picking'] }],
  },
  'multi-workflow-ecommerce_workflow-c-notifications-with-branching.yaml': {
    does: [{ event: 'order.created', data: { category: 'system', type: 'order.created' }, starts: ['event-receiver'] }],
  },
  'multi-workflow-ecommerce_workflow-c-notifications.yaml': {
    does: [
      { event: 'order.validated', starts: ['order-notification-handler', 'notification-dispatch-send_order_confirmation'] },
      { event: 'fulfillment.shipped', starts: ['fulfillment-notification-handler', 'notification-dispatch-send_shipping_update'] },
    ],
  },
  'multi-workflow_escalation.yaml': {
    with: 'multi-workflow_queue-assignment.yaml',
    does: [{ start: 'escalate-conversation', data: { conversation_id: 'c-1' }, ends: 'completed' }],
  },
  'multi-workflow_main-loop.yaml': {
    with: 'multi-workflow_queue-assignment.yaml',
    does: [{ start: 'handle-message', data: { conversation_id: 'c-1', channel: 'sms', message_text: 'hello' }, ends: 'completed' }],
  },
  'multi-workflow_queue-assignment.yaml': { does: [{ start: 'assign-conversation', data: { channel: 'sms', urgency: 'high' }, ends: 'completed' }] },
  'notification-pipeline.yaml': {
    does: [
      { ask: 'POST /webhooks/events', body: { a: 1 }, status: 200, gives: ok('webhook-handler') },
      { event: 'events.received', starts: ['event-archive', 'slack-notifier'] },
    ],
  },
  'openapi-jsonapi-articles.yaml': {
    files: ['jsonapi-articles.yaml'],
    does: [
      { ask: 'GET /api/v1/articles', status: 200, gives: { data: [{ type: 'articles', id: '1' }], meta: { total: 1 } } },
      { ask: 'GET /api/v1/articles?page=0', status: 400, gives: { code: 'validation_failed' } },
      { ask: 'GET /api/v1/articles/1', status: 200, gives: { data: { type: 'articles', id: '1' } } },
      { ask: 'GET /api/v1/articles/first', status: 400, gives: { code: 'validation_failed' } },
      { ask: 'GET /docs', status: 200 },
      { ask: 'GET /openapi.json', status: 200 },
      { start: 'list-articles', ends: 'completed' },
    ],
  },
  'openapi-petstore.yaml': {
    files: ['petstore.yaml'],
    // It has no pipelines: each operation says so to whoever asks.
    does: [
      { ask: 'GET /openapi.json', status: 200, gives: { info: { title: 'Pet store' } } },
      { ask: 'GET /docs', status: 200 },
      { ask: 'GET /api/v1/pets', status: 501, gives: { code: 'operation_unanswered', detail: 'No pipeline of the application answers listPets.' } },
      { ask: 'POST /api/v1/pets', body: { name: 'Rex' }, status: 501, gives: { code: 'operation_unanswered' } },
      { ask: 'GET /api/v1/pets/7', status: 501, gives: { code: 'operation_unanswered' } },
      { ask: 'DELETE /api/v1/pets/7', status: 501, gives: { code: 'operation_unanswered' } },
      { ask: 'PATCH /api/v1/pets/7', status: 405 },
    ],
  },
  'order-processing-pipeline.yaml': {
    does: [
      { ask: 'POST /api/orders', body: {}, status: 200, gives: ok('order-api') },
      { event: 'order.completed', starts: ['notification-handler'] },
    ],
  },
  'parallel-fan-out-config.yaml': {
    does: [
      { ask: 'GET /aggregate/7', status: 200, gives: { profile: { name: 'User 7' }, preferences: { theme: 'dark' } } },
      { ask: 'POST /batch', body: { items: [{ id: 'a' }, { id: 'b' }] }, status: 200 },
      { ask: 'GET /stats', status: 200 },
    ],
  },
  'platform-deploy-from-template.yaml': {
    does: [
      { reads: 'platform-ctx', gives: { org: 'acme-corp', environment: 'production', tier: 3 } },
      { ask: 'GET /openapi.json', status: 200, gives: { info: { title: 'platform-deploy-from-template' } } },
      { ask: 'GET /', status: 404 },
    ],
  },
  'platform-microservice-template.yaml': {
    does: [
      { reads: 'template-registry', gives: { org: 'acme-corp', environment: 'production', tier: 3 } },
      { ask: 'GET /openapi.json', status: 200, gives: { info: { title: 'platform-microservice-template' } } },
    ],
  },
  'realtime-messaging-modular-config.yaml': {
    does: [
      { event: 'realtime.message', data: { text: 'hello' }, starts: [] },
      { ask: 'GET /openapi.json', status: 200, gives: { openapi: '3.1.0' } },
      { ask: 'GET /messages', status: 404 },
    ],
  },
  'scheduled-jobs-config.yaml': {
    does: [
      { job: 'health-check-job', ends: 'completed' },
      { event: 'job-events', starts: ['job-status-store'] },
      { ask: 'GET /api/jobs/status', status: 200, gives: ok('job-status-api') },
    ],
  },
  'scheduled-jobs-modular-config.yaml': { does: [{ job: 'data-cleanup', ends: 'completed' }] },
  'simple-workflow-config.yaml': {
    does: [
      { ask: 'GET /health', status: 200, gives: ok('healthService') },
      { event: 'user-events', starts: ['notificationService'] },
    ],
  },
  'sms-chat-config.yaml': {
    does: [
      { ask: 'POST /sms/webhook', body: 'From=1&Body=hi', status: 200, gives: ok('sms-webhook-handler') },
      { event: 'incoming-sms', starts: ['triage-survey-handler'] },
    ],
  },
  'state-machine-workflow.yaml': {
    does: [
      { ask: 'POST /api/orders', body: { id: 'o-1', total: 5 }, status: 201, gives: { id: 'o-1', state: 'validating' } },
      { ask: 'PUT /api/orders/o-1/transition', body: { transition: 'validation_passed', data: {} }, status: 200, gives: { state: 'validated' } },
      { ask: 'PUT /api/orders/o-1/transition', body: { transition: 'ship' }, status: 409 },
      { ask: 'GET /api/orders/o-1', status: 200, gives: { state: 'validated' } },
    ],
  },
  'test-route-pipeline.yaml': {
    does: [
      { ask: 'DELETE /api/orders/7', status: 202 },
      { event: 'order-service', starts: [] },
    ],
  },
  'trigger-workflow-example.yaml': {
    does: [
      { ask: 'POST /api/workflows/orders/submit', body: { id: 'o-1' }, status: 202 },
      { ask: 'GET /api/orders', as: { key: 'my-secret-key' }, status: 200, gives: [] },
      { event: 'order-events', data: { event: 'order.created', id: 'o-2' }, starts: ['order-processor', 'order-workflow-submit_order'] },
    ],
  },
  'ui-build-and-serve.yaml': { refused: 'it builds a front end with npm, and there are no processes and no file system at the edge', does: [] },
  'webhook-pipeline.yaml': {
    does: [
      { ask: 'POST /webhooks/stripe', body: { type: 'payment_intent.succeeded', data: { id: 'pi_1' } }, status: 202 },
      { ask: 'POST /webhooks/stripe', body: { type: 'x' }, status: 400 },
      { ask: 'POST /api/orders/enrich', body: { customer_id: 'c', items: [], total: 5 }, status: 202 },
    ],
  },
};
