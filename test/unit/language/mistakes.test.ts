/** Every mistake has its code, its exact place, and a hint that says what to write instead. */
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '#contracts/diagnostics';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { APPLICATIONS } from './mistakes/applications.ts';
import { DOCUMENTS } from './mistakes/documents.ts';
import { diagnose, type Mistake, place, unmark } from './mistakes/mistake.ts';
import { PIPELINES } from './mistakes/pipelines.ts';
import { SETTINGS } from './mistakes/settings.ts';
import { STEPS } from './mistakes/steps.ts';

const MISTAKES = [...DOCUMENTS, ...PIPELINES, ...STEPS, ...SETTINGS];

/** Names what to write, or what to do with what is there. */
const SAYS_WHAT_TO_DO =
  /^Known:|^(Did you mean|Take|Add|Choose|Give|Name|Raise|Hand|Use|Put|Pass|Make|Split|Close|Begin|Nest|Indent|Check|For example|Jump|Deploy|To exchange|It is|It may stay|A parameter)\b|\b[Ww]rite\b|Declare|"|\/api\//;

const NO_FILES = { refs: {}, paths: new Set<string>(), text: () => undefined };

async function meets([code, severity, marked, message, hint]: Mistake, catalogs?: Parameters<typeof diagnose>[1]): Promise<void> {
  const { source, spans } = unmark(marked);
  const diagnostics = await diagnose(source, catalogs);
  expect(diagnostics.map((each) => each.code)).toEqual([code]);
  const [found] = diagnostics;
  expect(found).toMatchObject({ severity, ...place(spans[0]!) });
  expect(found!.message).toMatch(message);
  expect(found!.hint).toMatch(hint ?? SAYS_WHAT_TO_DO);
  expect(found!.hint).not.toContain('undefined');
}

describe('each mistake', () => {
  it.each(MISTAKES)('%s (%s) in %j', (...mistake) => meets(mistake as unknown as Mistake));
});

describe('each mistake of an application', () => {
  it.each(APPLICATIONS.map((mistake) => [mistake[0], mistake] as const))('%s', (_, mistake) =>
    meets(mistake, { steps: stepCatalog, modules: moduleCatalog, files: NO_FILES }),
  );
});

/** Of a name that is given beside the document: test/workerd/api.test.ts; of a file of its own: test/unit/modules/openapi.test.ts. */
const ELSEWHERE = ['other_name', 'unanswered_operation'];

it('each code is met by one of them', () => {
  const met = new Set([...MISTAKES, ...APPLICATIONS].map(([code]) => code));
  expect(DIAGNOSTIC_CODES.filter((code) => !met.has(code))).toEqual(ELSEWHERE);
});
