/** Mistakes of pipelines, their triggers and routes. */
import { head, type Mistake } from './mistake.ts';

export const PIPELINES: readonly Mistake[] = [
  // Flow
  [
    'undo_in_loop',
    'error',
    `${head}      - name: a
        type: step.http_call
        config: {url: http://x}
        «compensate»: {type: step.http_call, config: {url: http://y}}
      - {name: b, type: step.conditional, config: {if: "true", then: a, else: c}}
      - {name: c, type: step.set, config: {values: {}}}
`,
    /run "a" again/,
    /step\.while/,
  ],
  [
    'step_not_run',
    'warning',
    `${head}      - {name: a, type: step.set, config: {values: {x: "{{ «.steps.b.y» }}"}}}\n      - {name: b, type: step.set, config: {values: {y: 1}}}\n`,
    /"b" runs after "a"/,
    /Put "b" before "a"/,
  ],
  // Pipelines
  [
    'unknown_key',
    'error',
    `name: app\npipelines:\n  p:\n    «step»: []\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "step"/,
    /"steps"/,
  ],
  ['missing_key', 'error', 'name: app\npipelines:\n  «p»:\n    timeout: 5s\n', /no steps/],
  [
    'duplicate_name',
    'error',
    `name: app\npipelines:\n  p:\n    compensation: [{name: «a», type: step.http_call, config: {url: http://x}}]\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /has a step named "a"/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    compensation: [{name: b, type: «step.json_response», config: {}}]\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /cannot undo a pipeline/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    compensation: [{name: b, type: step.http_call, config: {url: http://x}, «on_error»: skip}]\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /has no "on_error"/,
  ],
  [
    'unknown_step',
    'warning',
    `name: app\npipelines:\n  p:\n    compensation: [{name: b, type: step.http_call, config: {url: "http://x/{{ «.steps.c.id» }}"}}]\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /"c"/,
  ],
  [
    'invalid_type',
    'error',
    `name: app\npipelines:\n  p:\n    compensation: «{}»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /list/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    concurrency: «0»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /whole number from 1/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    concurrency: {max: 1, on_conflict: «drop»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /is one of queue/,
  ],
  [
    'unknown_key',
    'error',
    `name: app\npipelines:\n  p:\n    concurrency: {«maximum»: 1}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "maximum" in concurrency/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    concurrency: {priority: «urgent»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /priority is low/,
  ],
  [
    'invalid_duration',
    'error',
    `name: app\npipelines:\n  p:\n    debounce: «0»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /longer than 0/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    debounce: {window: 5s, max_wait: «1s»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /shorter than window/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    concurrency: {key: "{{ .a }}"}\n    debounce: {window: 5s, key: «"{{ .b }}"»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /one key/,
  ],
  [
    'missing_key',
    'error',
    `name: app\npipelines:\n  p:\n    «debounce»: {key: "{{ .b }}"}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /"window" is missing/,
  ],
  [
    'unknown_key',
    'error',
    `name: app\npipelines:\n  p:\n    dead_letter: {«retain»: 7d}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "retain" in dead_letter/,
  ],
  [
    'invalid_duration',
    'error',
    `name: app\npipelines:\n  p:\n    dead_letter: {retention: «0»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /longer than 0/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    dead_letter: {alert_threshold: «0»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /whole number from 1/,
  ],
  [
    'invalid_duration',
    'error',
    `name: app\npipelines:\n  p:\n    timeout: «30 sec»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /duration such as/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    on_error: «compensat»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /is one of/,
    /"compensate"/,
  ],
  [
    'missing_key',
    'error',
    `name: app\npipelines:\n  p:\n    «idempotency»: {ttl: 1h}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /key_template/,
  ],
  [
    'unknown_key',
    'error',
    `name: app\npipelines:\n  p:\n    saga: {«enable»: true}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "enable"/,
    /"enabled"/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: «htp», path: /x}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /is one of/,
    /"http"/,
  ],
  [
    'unknown_key',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: http, «paht»: /x, path: /y}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "paht"/,
    /"path"/,
  ],
  [
    'missing_key',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {«type»: http}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /needs a path/,
  ],
  [
    'invalid_path',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: http, path: «orders»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /must begin with/,
    /"\/orders"/,
  ],
  [
    'invalid_path',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: http, path: «"/a/{id"»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /not a path segment/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: cron, cron: «"* * * *"»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /It has 4 fields/,
  ],
  // Routes
  [
    'duplicate_route',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: http, method: GET, path: "/a/{id}"}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n  q:\n    trigger: {type: http, method: get, path: «"/a/{key}"»}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n`,
    /already answered by pipeline "p" \(line 4\)/,
  ],
  [
    'unknown_module',
    'error',
    `${head}      - {name: a, type: step.set, config: {values: {}}}\nworkflows:\n  http:\n    routes:\n      - {path: /x, method: GET, handler: «h»}\n`,
    /No module and no pipeline/,
  ],
  [
    'unknown_module',
    'error',
    `${head}      - {name: a, type: step.set, config: {values: {}}}\nworkflows:\n  http:\n    routes:\n      - {path: /x, method: GET, pipeline: p, middlewares: [«auth»]}\n`,
    /No module is named "auth"/,
  ],
  [
    'unknown_pipeline',
    'error',
    `${head}      - {name: a, type: step.set, config: {values: {}}}\nworkflows:\n  http:\n    routes:\n      - {path: /x, method: GET, pipeline: «pp»}\n`,
    /No pipeline/,
    /"p"/,
  ],
  [
    'invalid_value',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: http, method: «GETT», path: /a}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n`,
    /not an HTTP method/,
    /"GET"/,
  ],
];
