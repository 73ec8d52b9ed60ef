/**
 * What stands in a form when it is sent, read from its fields by their names.
 *
 * 1. The handlers of a page are loaded as they are needed, each by itself: that of the button may run before that of a choice made
 *    a moment earlier. So what is sent is read here, and never taken from what the handler of a field has kept.
 * 2. What such a handler keeps decides what is drawn. A field that is not drawn, or not yet, is empty here.
 */
export interface FormValues {
  /** Without the spaces around it. */
  text(name: string): string;
  /** As it was typed: a password, a document. */
  typed(name: string): string;
  /** What is chosen of several fields with one name. */
  all(name: string): string[];
  /** A box that is ticked. */
  isOn(name: string): boolean;
  /** Every field by its name, without the spaces around it. */
  record(): { [name: string]: string };
}

/** As it stands now; what is typed from here on is not in it. */
export function valuesOf(form: HTMLFormElement): FormValues {
  const fields = new FormData(form);
  const typed = (name: string) => String(fields.get(name) ?? '');
  return {
    text: (name) => typed(name).trim(),
    typed,
    all: (name) => fields.getAll(name).map(String),
    isOn: (name) => fields.has(name),
    record: () => Object.fromEntries([...fields].map(([name, value]) => [name, String(value).trim()])),
  };
}
