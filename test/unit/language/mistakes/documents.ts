/** Mistakes of the text, the document, its schemas and its modules. */
import { call, head, type Mistake, step } from './mistake.ts';

export const DOCUMENTS: readonly Mistake[] = [
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
  [
    'unknown_region',
    'error',
    `regions: {data_residency: {all: {primary_region: «sa-east-1»}}}\n${head}      - {name: a, type: step.set, config: {values: {}}}\n`,
    /no region sa/,
    /eu, us/,
  ],
  [
    'unknown_region',
    'error',
    `name: app\npipelines:\n  p:\n    residency: «mars»\n    steps:\n      - {name: a, type: step.set, config: {values: {}}}\n`,
    /no region mars/,
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
];
