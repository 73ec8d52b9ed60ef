// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** Mistakes of settings, references, templates and conditions. */
import { call, head, type Mistake, step } from './mistake.ts';

export const SETTINGS: readonly Mistake[] = [
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
];
