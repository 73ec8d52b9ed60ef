/** `regions` for editors. */
import { REPLICATIONS } from '#contracts/peer';
import { TENANT_FIELDS } from '#contracts/residency';
import { REGION_KEYS, REGION_ROLES, RESIDENCY_RULE_KEYS } from '#language/dialect';
import { described, type JsonSchema, list, named, object, text } from '#workers/editor-schema/json-schema';

const value: JsonSchema = { anyOf: [text, { type: 'number' }, { type: 'boolean' }] };
const NO_EFFECT = 'Has no effect: every region is whole.';

export function regionsSchema(): JsonSchema {
  return {
    type: 'object',
    properties: {
      data_residency: named(rule(), { description: 'Where executions live: the first rule that matches. Not asked where the pipeline has a residency.' }),
    },
    additionalProperties: object([...REGION_KEYS], {
      role: { enum: [...REGION_ROLES], description: NO_EFFECT },
      services: list(text, { description: NO_EFFECT }),
      databases: named(text, { description: NO_EFFECT }),
      brokers: named(text, { description: NO_EFFECT }),
    }),
    description: 'Regions by name, and which executions live in which of them.',
  };
}

function rule(): JsonSchema {
  return object(
    [...RESIDENCY_RULE_KEYS],
    {
      description: text,
      match: {
        anyOf: [
          described(text, 'A condition over what starts the execution.'),
          named(
            { anyOf: [value, { type: 'array', minItems: 1, items: value }] },
            { description: `Fields with the value, or the values, that they are to have; of the company ${TENANT_FIELDS.join(' and ')}.` },
          ),
        ],
        description: 'Absent or empty: every start.',
      },
      primary_region: described(text, 'A region such as eu, or one of a cloud in it, such as eu-west-1.'),
      replication: { enum: [...REPLICATIONS], description: 'What may leave for other regions: nothing, or definitions.' },
    },
    { required: ['primary_region'] },
  );
}
