/**
 * Conditions (`if`, `skip_if`, filters): an expression, in which templates may stand as values; or a template
 * alone, whose rendered text says yes or no.
 */
import type { Json } from '#contracts/json';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { type CompiledExpression, compileExpression, type Frame } from '#language/expressions';
import { TemplateSyntaxError } from '#language/templates/ast';
import { type CompiledTemplate, compileTemplate } from '#language/templates/engine';
import { isYes } from '#language/values';

/** A `${NAME}` has no value here: secrets are filled in after every decision. */
const SECRET = /\$\{[A-Za-z_]\w*\}/;

/** Throws ExpressionSyntaxError or TemplateSyntaxError with places in the condition. */
export function compileCondition(source: string): CompiledExpression {
  try {
    return compileExpression(source, template);
  } catch (error) {
    const whole = /^\s*\{\{[\s\S]*\}\}\s*$/.test(source);
    if (!whole || !(error instanceof ExpressionSyntaxError || error instanceof TemplateSyntaxError)) throw error;
    return wholeTemplate(source, error);
  }
}

function template(source: string, typed: boolean, at: number): (frame: Frame) => Json | undefined {
  const compiled = compileAt(source, at);
  return typed ? (frame) => compiled.value(frame) : (frame) => compiled.text(frame);
}

/** `{{ if … }}true{{ else }}false{{ end }}` and the like. */
function wholeTemplate(source: string, error: Error): CompiledExpression {
  const text = source.trim();
  const at = source.indexOf(text);
  try {
    const compiled = compileAt(text, at);
    return { evaluate: (frame) => compiled.text(frame), paths: [], templates: [{ source: text, at }] };
  } catch (inner) {
    // The mistake is in the template when it has several actions, in the condition otherwise.
    const blocks = /\{\{-?\s*(?:if|range|with)\b/.test(text);
    throw blocks ? inner : error;
  }
}

function compileAt(source: string, at: number): CompiledTemplate {
  try {
    return compileTemplate(source);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw new TemplateSyntaxError(error.message, error.start + at, error.end + at, error.kind, error.hint);
    if (error instanceof ExpressionSyntaxError) throw new ExpressionSyntaxError(error.message, error.start + at, error.end + at, error.hint, error.kind);
    throw error;
  }
}

/** Whether the condition holds. Throws Problem: expression_error, template_error; a syntax error is an expression_error. */
export function testCondition(source: string, frame: Frame): boolean {
  return isYes(compileCondition(source).evaluate(frame.strict ? { ...frame, strict: false } : frame));
}

export function holdsSecret(source: string): boolean {
  return SECRET.test(source);
}
