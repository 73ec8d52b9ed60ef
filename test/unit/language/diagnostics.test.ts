// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/**
 * Every mistake has its code and its exact place. In the sources « and » stand around the place that the
 * diagnostic must name; they are taken out before compiling.
 */
import { describe, expect, it } from 'vitest';
import { type Diagnostic, problemDetail } from '#contracts/diagnostics';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';

interface Span {
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

function unmark(marked: string): { source: string; spans: Span[] } {
  let source = '';
  let line = 1;
  let column = 1;
  const spans: Span[] = [];
  for (const char of marked) {
    if (char === '«') spans.push({ line, column, end_line: line, end_column: column });
    else if (char === '»') Object.assign(spans[spans.length - 1]!, { end_line: line, end_column: column });
    else {
      source += char;
      column += char.length;
      if (char === '\n') {
        line++;
        column = 1;
      }
    }
  }
  return { source, spans };
}

async function diagnose(source: string): Promise<Diagnostic[]> {
  return (await compile(source, { steps, modules })).diagnostics;
}

const place = ({ line, column, end_line, end_column }: Span) => ({ line, column, end_line, end_column });

const head = 'name: app\npipelines:\n  p:\n    steps:\n';
const step = (text: string) => `${head}      - name: a\n        type: step.http_call\n        config:\n${text}`;
const call = 'url: http://x';

const rows: [code: string, severity: 'error' | 'warning', source: string, message: RegExp, hint?: RegExp][] = [
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
  // The text
  ['yaml_syntax', 'error', `name: «"»app\n`, /not closed with its quote/],
  ['yaml_syntax', 'error', 'name: «a: b»\n', /must stand in quotes/, /quotes/],
  ['duplicate_key', 'error', `name: app\n«name»: other\n${head.slice(10)}      - {name: a, type: step.set, config: {values: {}}}\n`, /second time/, /line 1/],
  ['multiple_documents', 'error', `${head}      - {name: a, type: step.set, config: {values: {}}}\n«---»\nname: b\n`, /several/],
  ['not_a_mapping', 'error', '«-» a\n- b\n', /must be a mapping/],
  ['not_a_mapping', 'error', '«»', /empty/],
  ['invalid_number', 'error', step(`          ${call}\n          retries: «.inf»\n`), /JSON/],
  // The document
  ['missing_key', 'error', '«»pipelines:\n  p:\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n', /no name/],
  ['invalid_name', 'error', `name: «"My App"»\n${head.slice(10)}      - {name: a, type: step.set, config: {values: {}}}\n`, /host name/, /"my-app"/],
  ['unknown_key', 'error', `«piplines»: {}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /Unknown key "piplines"/, /"pipelines"/],
  ['foreign_key', 'warning', `«sidecars»: []\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /other systems/],
  // Schemas
  ['invalid_type', 'error', `schemas: {a: «5»}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /A schema/],
  [
    'unknown_key',
    'error',
    `schemas: {a: {data_schema: {}, «verson»: "1"}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "verson"/,
    /"version"/,
  ],
  [
    'invalid_value',
    'error',
    `schemas: {a: {data_schema: {}, type: «avro»}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /type of a schema/,
  ],
  ['invalid_name', 'error', `schemas: {«"a b"»: {}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /not a name of a schema/],
  [
    'invalid_value',
    'error',
    `schemas: {«a»: {$ref: "#/$defs/nothing"}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /not a JSON Schema/,
  ],
  ['invalid_value', 'error', `schemas: {«a»: {$ref: "#"}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /without an end/],
  [
    'unknown_name',
    'error',
    `name: app\nschemas: {order.created: {type: object}}\npipelines:\n  p:\n    trigger: {type: event, topic: t, schema: «order.creatd»}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /no schema "order.creatd"/,
    /"order.created"/,
  ],
  [
    'invalid_type',
    'error',
    `name: app\npipelines:\n  p:\n    trigger: {type: event, topic: t, subscription: «[»a]}\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /subscription/,
  ],
  ['not_yet', 'warning', `«alerts»: []\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /no effect on this version/],
  ['unknown_key', 'error', `workflows:\n  «messagin»: {}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`, /Unknown key/, /"messaging"/],
  ['invalid_type', 'error', 'name: app\npipelines: «[»]\n', /must be a mapping/],
  // Modules
  [
    'unknown_module_type',
    'error',
    `modules:\n  - name: s\n    type: «http.servr»\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown module type/,
    /"http\.server"/,
  ],
  [
    'unknown_module',
    'error',
    `modules:\n  - name: s\n    type: http.server\n    dependsOn: [«rooter»]\n  - {name: router, type: http.router}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /No module/,
    /"router"/,
  ],
  [
    'duplicate_name',
    'error',
    `modules:\n  - {name: s, type: http.server}\n  - {name: «s», type: http.server}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /exists already/,
    /line 2/,
  ],
  [
    'unknown_key',
    'error',
    `modules:\n  - {name: s, type: http.server, config: {«adress»: ":80"}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /Unknown key "adress"/,
    /"address"/,
  ],
  [
    'invalid_config',
    'error',
    `modules:\n  - {name: s, type: http.server, config: {address: «80»}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /expected string/,
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
  // Steps
  ['unknown_step_type', 'error', `${head}      - name: a\n        type: «step.htp_call»\n`, /Unknown step type/, /Did you mean "step\.http_call"\?/],
  ['unknown_step_type', 'error', `${head}      - name: a\n        type: «http_call»\n`, /Unknown step type/, /Did you mean "step\.http_call"\?/],
  ['missing_key', 'error', `${head}      - «type»: step.set\n        config: {values: {}}\n`, /needs a name/],
  ['missing_key', 'error', `${head}      - «name»: a\n`, /needs a type/],
  ['invalid_name', 'error', `${head}      - name: «a.b»\n        type: step.set\n        config: {values: {}}\n`, /not a step name/],
  [
    'duplicate_name',
    'error',
    `${head}      - {name: a, type: step.set, config: {values: {}}}\n      - {name: «a», type: step.set, config: {values: {}}}\n`,
    /exists already/,
    /line 5/,
  ],
  [
    'unknown_key',
    'error',
    `${head}      - name: a\n        type: step.set\n        «confg»: {values: {}}\n        config: {values: {}}\n`,
    /Unknown key "confg"/,
    /"config"/,
  ],
  ['misplaced_setting', 'warning', `${head}      - name: a\n        type: step.set\n        «values»: {}\n`, /belongs under config/],
  ['renamed_key', 'warning', `${head}      - name: a\n        type: step.json_response\n        config: {«status_code»: 201}\n`, /"status"/],
  [
    'no_effect',
    'warning',
    'name: a\npipelines:\n  p:\n    saga: {track_compensation: «false»}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n',
    /always recorded/,
  ],
  ['no_effect', 'warning', `${head}      - name: a\n        type: step.set\n        «retry»: {max_attempts: 2}\n        config: {values: {}}\n`, /no effect/],
  [
    'invalid_value',
    'error',
    `${head}      - name: a\n        type: step.http_call\n        retry: {max_attempts: «0»}\n        config: {${call}}\n`,
    /whole number/,
  ],
  [
    'invalid_duration',
    'error',
    `${head}      - name: a\n        type: step.http_call\n        retry: {initial_delay: «soon»}\n        config: {${call}}\n`,
    /duration/,
  ],
  ['invalid_duration', 'error', `${head}      - name: a\n        type: step.http_call\n        timeout: «20m»\n        config: {${call}}\n`, /at most/],
  // Circuit breakers
  ['unknown_key', 'error', step(`          ${call}\n          circuit_breaker: {«treshold»: 3}\n`), /Unknown key "treshold"/],
  ['unknown_key', 'error', step(`          ${call}\n          circuit_breaker: {«failure_treshold»: 3}\n`), /Unknown key/, /"failure_threshold"/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {failure_threshold: «0»}\n`), /whole number from 1/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {success_threshold: «1.5»}\n`), /whole number/],
  ['invalid_duration', 'error', step(`          ${call}\n          circuit_breaker: {timeout: «0s»}\n`), /longer than 0/],
  ['invalid_duration', 'error', step(`          ${call}\n          circuit_breaker: {timeout: «9d»}\n`), /at most/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {timeout: 1s, «reset_timeout»: 2s}\n`), /Either "timeout" or "reset_timeout"/],
  ['invalid_name', 'error', step(`          ${call}\n          circuit_breaker: {name: «"{{ .host }}"»}\n`), /not a name of a circuit breaker/, /templates/],
  ['invalid_type', 'error', step(`          ${call}\n          circuit_breaker: «5»\n`), /circuit_breaker/],
  ['missing_key', 'error', step(`          ${call}\n          circuit_breaker: {«fallback»: {type: static}}\n`), /needs a response/, /response: \{status/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {fallback: {type: «dynamic»}}\n`), /type of a fallback/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {fallback: {type: cached, «response»: {}}}\n`), /has no "response"/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {fallback: {value: 1, «max_age»: 1h}}\n`), /has no "max_age"/],
  ['invalid_value', 'error', step(`          ${call}\n          circuit_breaker: {fallback: {response: {status: «99»}}}\n`), /whole number from 200/],
  ['unknown_step', 'warning', step(`          ${call}\n          circuit_breaker: {fallback: {value: "{{ «.steps.nobody.x» }}"}}\n`), /nobody/],
  ['secret_not_resolved', 'warning', step(`          ${call}\n          circuit_breaker: {fallback: {value: «"${'$'}{TOKEN}"»}}\n`), /written to the log/],
  ['no_effect', 'warning', `${head}      - name: a\n        type: step.set\n        «circuit_breaker»: true\n        config: {values: {}}\n`, /no effect/],
  [
    'unknown_error_code',
    'warning',
    `${head}      - {name: a, type: step.http_call, retry: {retry_on: [503, «step_timout»]}, config: {url: "http://a.example/"}}\n`,
    /step_timout/,
  ],
  [
    'invalid_value',
    'error',
    `${head}      - name: a\n        type: step.http_call\n        config: {${call}}\n        compensate: {type: step.http_call, config: {${call}}, circuit_breaker: {«fallback»: {value: 1}}}\n`,
    /Nothing can stand in for undoing/,
  ],
  // Settings
  ['missing_key', 'error', `${head}      - name: a\n        type: step.http_call\n        «config»: {method: GET}\n`, /"url" is missing/],
  ['unknown_key', 'error', step(`          ${call}\n          «metod»: GET\n`), /Unknown key "metod"/, /"method"/],
  ['invalid_config', 'error', step(`          ${call}\n          method: «PSOT»\n`), /method/, /"POST"/],
  ['invalid_config', 'error', step(`          ${call}\n          retries: «"3"»\n`), /retries/],
  ['invalid_config', 'error', step(`          ${call}\n          tags: [a, «5», b]\n`), /expected string/],
  ['invalid_type', 'error', `${head}      - name: a\n        type: step.http_call\n        config: «http://x»\n`, /must be a mapping/],
  [
    'invalid_value',
    'error',
    `${head}      - name: a\n        type: step.db_exec\n        config: {database: db, query: "DELETE FROM t WHERE id = «{{» .id }}"}\nmodules: [{name: db, type: storage.sqlite}]\n`,
    /taken as it is/,
  ],
  [
    'undeclared_database',
    'warning',
    `${head}      - name: a\n        type: step.db_exec\n        config: {database: «main», query: SELECT 1}\n`,
    /No module declares/,
  ],
  ['secret_in_pure_step', 'warning', `${head}      - name: a\n        type: step.set\n        config: {values: {key: «"\${KEY}"»}}\n`, /effect only/],
  [
    'secret_not_resolved',
    'warning',
    `${head}      - name: a\n        type: step.http_call\n        idempotency_key: «"k_\${KEY}"»\n        config: {${call}}\n`,
    /stays as it stands/,
  ],
  [
    'invalid_duration',
    'error',
    `name: app\npipelines:\n  p:\n    timeout: «0s»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /longer than 0/,
  ],
  ['secret_not_resolved', 'warning', step(`          url: 'http://x/{{ .a | default «"\${KEY}"» }}'\n`), /worked on by a template/],
  // References
  ['unknown_step', 'error', step(`          ${call}\n          body_from: «steps.b.output»\n`), /No step/],
  [
    'unknown_step',
    'error',
    `${head}      - {name: reserve, type: step.set, config: {values: {}}}\n      - name: b\n        type: step.json_response\n        config: {body: {x: {_from: «steps.reserv.id»}}}\n`,
    /"reserv"/,
    /"reserve"/,
  ],
  [
    'unknown_step',
    'warning',
    `${head}      - {name: reserve, type: step.set, config: {values: {}}}\n      - name: b\n        type: step.set\n        config: {values: {x: "id {{ «.steps.reserv.id» }}"}}\n`,
    /will be missing/,
    /"reserve"/,
  ],
  [
    'unknown_target',
    'error',
    `${head}      - name: a\n        type: step.conditional\n        config:\n          field: trigger.kind\n          routes: {gold: «fast-lne»}\n          default: fast-lane\n      - {name: fast-lane, type: step.set, config: {values: {}}}\n`,
    /No step/,
    /"fast-lane"/,
  ],
  ['missing_key', 'error', `${head}      - name: a\n        type: step.conditional\n        «config»: {}\n`, /needs "field"/],
  ['unknown_reference', 'warning', `${head}      - name: a\n        type: step.set\n        config: {values: {x: "«\${data.id}»"}}\n`, /stays as it stands/],
  // Templates and conditions, with their place inside the YAML
  ['template_syntax', 'error', step(`          url: "http://x/«{{» .id"\n`), /not closed/],
  ['unknown_function', 'error', step(`          url: "http://x/{{ .id | «lowr» }}"\n`), /Unknown function/, /"lower"/],
  ['template_syntax', 'error', step(`          url: http://x\n          body: |\n            first line\n            second {{ «$x» }}\n`), /not declared/],
  ['template_syntax', 'error', step(`          url: http://x\n          body: >\n            first line\n            second {{ «$x» }}\n`), /not declared/],
  ['template_syntax', 'error', step(`          url: http://x\n          body: "say \\"hi\\" \\u00e4 {{ «$x» }}"\n`), /not declared/],
  ['template_syntax', 'error', step(`          url: 'it''s {{ «$x» }}'\n`), /not declared/],
  ['template_syntax', 'error', step('          url: http://x/{{ «lower» }}\n'), /takes 1 value/, /lower text/],
  [
    'program_syntax',
    'error',
    `${head}      - name: a\n        type: step.program\n        config:\n          source: |\n            first line\n            what is «wrong» here\n`,
    /This is wrong/,
  ],
  [
    'program_syntax',
    'error',
    `${head}      - {name: a, type: step.program, config: {source: "\\"{{ .x }}\\" «wrong»"}}\n`,
    /This is wrong/,
    /Templates are not filled in/,
  ],
  ['expression_syntax', 'error', step('          url: "http://x/${ steps.a.b > «>» 1 }"\n'), /not expected/],
  [
    'expression_syntax',
    'error',
    `${head}      - name: a\n        type: step.set\n        if: a contains b «then» c\n        config: {values: {}}\n`,
    /not expected/,
  ],
  [
    'unknown_function',
    'error',
    `${head}      - name: a\n        type: step.set\n        skip_if: "«sise»(items) > 1"\n        config: {values: {}}\n`,
    /Unknown function/,
    /"size"/,
  ],
  ['expression_syntax', 'error', `${head}      - name: a\n        type: step.validate\n        config: {expression: "a «)»"}\n`, /not expected/],
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

describe('each mistake', () => {
  it.each(rows)('%s (%s) in %j', async (code, severity, marked, message, hint) => {
    const { source, spans } = unmark(marked);
    const diagnostics = await diagnose(source);
    expect(diagnostics.map((each) => each.code)).toEqual([code]);
    const [found] = diagnostics;
    expect(found).toMatchObject({ severity, ...place(spans[0]!) });
    expect(found!.message).toMatch(message);
    if (hint) expect(found!.hint).toMatch(hint);
  });
});

describe('all at once', () => {
  it('finds five mistakes in one go, each with its place', async () => {
    const { source, spans } = unmark(`name: order-app
«piplines»: {}
pipelines:
  create-order:
    trigger: {type: http, path: /orders, method: POST}
    timeout: «soon»
    steps:
      - name: reserve
        type: «step.htp_call»
        config:
          url: http://inventory/api
      - name: choose
        type: step.conditional
        config:
          field: steps.reserve.found
          routes:
            "true": «respnd»
          default: respond
      - name: respond
        type: step.json_response
        config:
          body: "{{ .id | «jsn» }}"
`);
    const { definition, diagnostics } = await compile(source, { steps, modules });
    expect(definition).toBeNull();
    expect(diagnostics.map((each) => each.code)).toEqual(['unknown_key', 'invalid_duration', 'unknown_step_type', 'unknown_target', 'unknown_function']);
    expect(diagnostics.map(place)).toEqual(spans.map(place));
    expect(diagnostics.map((each) => each.hint)).toEqual([
      'Did you mean "pipelines"?',
      undefined,
      'Did you mean "step.http_call"?',
      'Did you mean "respond"?',
      'Did you mean "json"?',
    ]);
    expect(problemDetail(diagnostics[2]!)).toEqual({
      code: 'unknown_step_type',
      message: 'Unknown step type "step.htp_call".',
      path: 'pipelines.create-order.steps[0].type',
      line: 9,
      column: 15,
      hint: 'Did you mean "step.http_call"?',
    });
  });

  it('goes on after mistakes in the YAML itself', async () => {
    const { source, spans } = unmark(`name: app
description: «broken: here»
version: «"»1.0
pipelines:
  p:
    steps:
      - name: a
        type: «step.st»
        config: {values: {}}
`);
    const diagnostics = await diagnose(source);
    expect(diagnostics.map((each) => each.code)).toEqual(['yaml_syntax', 'yaml_syntax', 'unknown_step_type']);
    expect(diagnostics.map(place)).toEqual(spans.map(place));
  });

  it('points at characters beyond ASCII in UTF-16 units', async () => {
    const { source, spans } = unmark(`${head}      - name: a\n        type: step.set\n        config: {values: {x: "😀ü {{ «$x» }}"}}\n`);
    expect(place((await diagnose(source))[0]!)).toEqual(spans[0]);
  });

  it('reports a mistake under an anchor once', async () => {
    const source = `name: app
pipelines:
  p: &p
    steps: [{name: a, type: step.st}]
  q: *p
`;
    expect((await diagnose(source)).map((each) => each.code)).toEqual(['unknown_step_type']);
  });
});

describe('bounds', () => {
  it.each([
    ['size', `name: app\n# ${'x'.repeat(1024 * 1024)}`, 'too_large'],
    ['flow depth', `name: app\npipelines: ${'['.repeat(100_000)}`, 'too_deep'],
    ['mapping depth', `${'{a: '.repeat(5000)}`, 'too_deep'],
    ['compact depth', `name: app\npipelines: \n  ${'- '.repeat(5000)}x`, 'too_deep'],
    ['block depth', Array.from({ length: 80 }, (_, i) => `${' '.repeat(i)}k:`).join('\n'), 'too_deep'],
    ['aliases', `name: &n app\npipelines: [${Array.from({ length: 101 }, () => '*n').join(', ')}]`, 'too_many_aliases'],
    [
      'alias bomb',
      `name: app\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(',')}]`).join('\n')}`,
      'too_many_aliases',
    ],
    ['self reference', 'name: app\npipelines: &a {p: *a}', 'yaml_syntax'],
    ['forbidden key', 'name: app\npipelines: {__proto__: {}}', 'forbidden_key'],
    ['steps', `${head}${Array.from({ length: 1001 }, (_, i) => `      - {name: s${i}, type: step.set, config: {values: {}}}`).join('\n')}`, 'too_many'],
  ])('%s', async (_, source, code) => {
    const { definition, diagnostics } = await compile(source, { steps, modules });
    expect(definition).toBeNull();
    expect(diagnostics.map((each) => each.code)).toContain(code);
  });
});
