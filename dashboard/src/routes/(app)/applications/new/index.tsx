/** A new application, written as text. */
import { component$ } from '@builder.io/qwik';
import type { DocumentHead } from '@builder.io/qwik-city';
import { EditorView } from '~/components/editor/editor-view';

const FIRST = `name: my-application

pipelines:
  hello:
    trigger:
      type: http
      config: { method: GET, path: /hello }
    steps:
      - name: answer
        type: step.json_response
        config:
          status: 200
          body: { message: Hello }
`;

export default component$(() => <EditorView source={FIRST} environments={[]} />);

export const head: DocumentHead = { title: 'New application' };
