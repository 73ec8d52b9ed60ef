/** Mistakes that only the real step and module types can make. */
import type { Mistake } from './mistake.ts';

const set = (name: string) => `{name: ${name}, type: step.set, config: {values: {}}}`;
const pipeline = (...steps: string[]) => `name: app\npipelines:\n  p:\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
const machine = (given: { initial?: string; transitions?: string; more?: string; steps?: string; open?: string; close?: string }) => `name: app
modules:
  - {name: engine, type: statemachine.engine}
pipelines:
  p:
    steps:
      - ${given.steps ?? set('a')}
workflows:
  statemachine:
    engine: engine
    definitions:
      - name: order
        initialState: ${given.initial ?? 'new'}
        states: {new: {}, paid: {}, done: {isFinal: true}}
        ${given.open ?? ''}transitions${given.close ?? ''}:
          ${given.transitions ?? 'pay: {fromState: new, toState: paid}'}
${given.more ?? ''}`;

export const APPLICATIONS: readonly Mistake[] = [
  [
    'wrong_module',
    'error',
    'name: app\nmodules:\n  - {name: db, type: storage.sqlite}\n  - {name: web, type: http.server}\n  - {name: store, type: persistence.store, config: {database: «web»}}\npipelines: {}\n',
    /"web" is a http.server/,
    /Write one of db/,
  ],
  ['yaml_warning', 'warning', pipeline('{name: a, type: step.set, config: {values: {a: «!money» 5}}}'), /Unresolved tag/, /quotes/],
  ['too_large', 'error', `«»name: app\n# ${'x'.repeat(1024 * 1024)}`, /bytes/, /Split/],
  ['too_deep', 'error', `${'{a: '.repeat(64)}«{»a: ${'{a: '.repeat(100)}`, /deeper/, /workflow_call/],
  [
    'too_many_aliases',
    'error',
    `name: app\ndescription: &n x\n${pipeline(`{name: a, type: step.set, config: {values: {a: [${'*n, '.repeat(100)}«*n»]}}}`).slice(10)}`,
    /aliases/,
    /Write the repeated parts/,
  ],
  ['forbidden_key', 'error', pipeline('{name: a, type: step.set, config: {values: {«__proto__»: {}}}}'), /not allowed/, /another key/],
  [
    'too_many',
    'error',
    `name: app\npipelines:\n  p:\n    «steps»:\n${Array.from({ length: 1001 }, (_, i) => `      - ${set(`s${i}`)}\n`).join('')}`,
    /1000 steps/,
  ],
  // Machines
  ['unknown_state', 'error', machine({ initial: '«nw»' }), /no state "nw"/, /"new"/],
  ['unknown_state', 'error', machine({ transitions: 'pay: {fromState: new, toState: «payd»}' }), /no state "payd"/, /"paid"/],
  [
    'unknown_machine',
    'error',
    machine({ more: '    hooks:\n      - {workflowType: «ordr», transitions: [pay], handler: p}\n' }),
    /No state machine is named "ordr"/,
    /"order"/,
  ],
  [
    'unknown_transition',
    'error',
    machine({ more: '    hooks:\n      - {workflowType: order, transitions: [«pya»], handler: p}\n' }),
    /no transition "pya"/,
    /"pay"/,
  ],
  [
    'endless_circle',
    'error',
    machine({
      open: '«',
      close: '»',
      transitions: 'go: {fromState: new, toState: paid, autoTransform: true}\n          back: {fromState: paid, toState: new, autoTransform: true}',
    }),
    /never come to rest/,
  ],
  [
    'unknown_name',
    'error',
    machine({ steps: '{name: a, type: step.statemachine_transition, config: {statemachine: «ordr», entity_id: x, event: pay}}' }),
    /no state machine "ordr"/,
    /"order"/,
  ],
  // Blocks
  [
    'answer_in_block',
    'error',
    pipeline('{name: a, type: step.foreach, config: {collection: trigger.items, step: {name: b, type: «step.json_response», config: {}}}}'),
    /ends the pipeline/,
    /after the block/,
  ],
  [
    'continue_in_block',
    'error',
    pipeline('{name: a, type: step.foreach, config: {collection: trigger.items, step: {name: b, type: «step.continue_as_new», config: {input: {}}}}}'),
    /ends the pipeline/,
    /after the block/,
  ],
  // What hardly is meant
  [
    'unreachable_step',
    'warning',
    pipeline('{name: a, type: step.json_response, config: {}}', '{name: «b», type: step.set, config: {values: {}}}'),
    /No way leads/,
  ],
  [
    'plain_secret',
    'warning',
    pipeline('{name: a, type: step.http_call, config: {url: "https://a.example", headers: {Authorization: «Bearer abc»}}}'),
    /plain text/,
    /Write \$\{AUTHORIZATION\}/,
  ],
  [
    'no_effect_here',
    'warning',
    `${pipeline(set('a'))}modules:\n  - {name: m, type: «messaging.kafka», config: {brokers: ["kafka:9092"]}}\n`,
    /No connection to Kafka/,
  ],
  [
    'missing_file',
    'warning',
    `${pipeline(set('a'))}modules:\n  - {name: m, type: api.handler, config: {resourceName: r, seedFile: «seed.json»}}\n`,
    /did not come/,
  ],
  [
    'invalid_value',
    'error',
    pipeline('{name: a, type: step.platform_call, config: {operation: GET /workflows, credential: «"{{ .trigger.body.key }}"»}}'),
    /name of a secret/,
    /Write \$\{API_KEY\}/,
  ],
  [
    'no_replay_window',
    'warning',
    `name: app\npipelines:\n  p:\n    trigger: {type: webhook, path: /x, secret: «"\${HOOK}"»}\n    steps:\n      - ${set('a')}\n`,
    /No time is signed/,
    /timestamp_header/,
  ],
  [
    'unknown_workflow',
    'warning',
    `${pipeline(set('a'))}triggers:\n  schedule:\n    jobs:\n      - {name: j, cron: "0 * * * *", workflow: «nowhere», action: run}\n`,
    /nowhere/,
  ],
];
