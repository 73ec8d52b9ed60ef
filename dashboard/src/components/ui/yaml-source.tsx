/** YAML with line numbers; a line can be linked to as `#L12`. */
import { yamlTokens } from '~/lib/yaml-tokens';

export const YamlSource = ({ text }: { text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
  <pre class="source py-2" tabIndex={0}>
    {text
      .replace(/\n$/, '')
      .split('\n')
      .map((line, i) => (
        <code key={i} id={`L${i + 1}`} class="source-line">
          {yamlTokens(line).map((token, at) => (
            <span key={at} class={token.kind && `yaml-${token.kind}`}>
              {token.text}
            </span>
          ))}
        </code>
      ))}
  </pre>
);
