/** A single template outside of a step's settings, such as the key of an execution. */
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { TemplateSyntaxError } from '#language/templates/ast';
import { compileTemplate } from '#language/templates/engine';

export interface RenderOptions {
  context: JsonObject;
  /** Epoch ms. */
  now: number;
  /** Missing values are errors. */
  strict?: boolean;
  /** Settings of modules by name. */
  config?: JsonObject;
  /** What the template is, for error messages. */
  where: string;
}

/** The text. `${NAME}` stays as it stands. Throws Problem: template_error, missing_value, expression_error. */
export function renderText(source: string, options: RenderOptions): string {
  const { context, now, strict = false, config = {}, where } = options;
  try {
    return compileTemplate(source).text({ context, now, config, strict });
  } catch (error) {
    if (error instanceof Problem) throw new Problem(error.code, `${where}: ${error.message}`, { cause: error });
    if (error instanceof TemplateSyntaxError || error instanceof ExpressionSyntaxError) {
      throw new Problem('template_error', `${where}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
