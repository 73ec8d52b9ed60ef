/** Answers of mocks as they stand on the page, typed a moment ago as well. Fields carry their name under `data-answer`, calls their place under `data-call`. */
import type { AnswerForm } from '~/lib/mock-form';

/** Where the answers of a step stand below `root`; without a step, the first that stand there. */
export function answersBelow(root: ParentNode, step?: string): HTMLElement | undefined {
  return [...root.querySelectorAll<HTMLElement>('[data-mock]')].find(({ dataset }) => step === undefined || dataset.mock === step);
}

/** With what `group` holds; a field that is not drawn, as those of the other kind, is as it was. */
export function answersIn(group: HTMLElement | undefined, kept: readonly AnswerForm[]): AnswerForm[] {
  return kept.map((answer, at) => {
    const fields = group?.querySelectorAll<HTMLInputElement>(`[data-call="${at}"] [data-answer]`) ?? [];
    return { ...answer, ...Object.fromEntries([...fields].map(({ dataset, value }) => [dataset.answer!, value])) };
  });
}
