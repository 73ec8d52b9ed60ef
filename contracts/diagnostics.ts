/**
 * What the compiler says of a document: a code, a sentence, and the exact place in the source.
 */
import type { ProblemDetail } from '#contracts/problems';

/** Append only: editors and checks match on these. */
export const DIAGNOSTIC_CODES = [
  // The text
  'yaml_syntax',
  'yaml_warning',
  'too_large',
  'too_deep',
  'too_many_aliases',
  'multiple_documents',
  'not_a_mapping',
  'duplicate_key',
  'forbidden_key',
  'invalid_number',
  // Shape
  'unknown_key',
  'missing_key',
  'invalid_type',
  'invalid_value',
  'invalid_name',
  'invalid_duration',
  'invalid_path',
  'invalid_config',
  'too_many',
  // Names
  'unknown_step_type',
  'unknown_module_type',
  'unknown_module',
  'wrong_module',
  'unknown_step',
  'unknown_target',
  'unknown_pipeline',
  'unknown_function',
  'unknown_name',
  'unknown_machine',
  'unknown_state',
  'unknown_transition',
  'duplicate_name',
  'duplicate_route',
  // Flow
  'undo_in_loop',
  'endless_circle',
  'answer_in_block',
  'continue_in_block',
  // Templates and conditions
  'template_syntax',
  'expression_syntax',
  'program_syntax',
  // Accepted, but worth a word
  'foreign_key',
  'misplaced_setting',
  'renamed_key',
  'undeclared_database',
  'secret_in_pure_step',
  'secret_not_resolved',
  'unknown_reference',
  'unknown_error_code',
  'no_effect',
  'not_yet',
  'other_name',
  'no_effect_here',
  'missing_file',
  'plain_secret',
  'unknown_workflow',
  'unreachable_step',
  'unanswered_operation',
  'no_replay_window',
  'unknown_region',
  'step_not_run',
] as const;

export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

export interface Diagnostic {
  code: DiagnosticCode;
  severity: 'error' | 'warning';
  message: string;
  /** Dotted path in the document, e.g. `pipelines.orders.steps[2].config.url`; empty for the document itself. */
  path: string;
  /** 1-based; the end is the place after the last character. Columns count UTF-16 units. */
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  /** What to write instead. */
  hint: string;
  docs?: string;
}

/** The form in which a problem's `errors[]` carries a diagnostic. */
export function problemDetail(diagnostic: Diagnostic): ProblemDetail {
  return {
    code: diagnostic.code,
    message: diagnostic.message,
    path: diagnostic.path,
    line: diagnostic.line,
    column: diagnostic.column,
    hint: diagnostic.hint,
  };
}
